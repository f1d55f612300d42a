"""Two people at the same place of a scoping session: both are shown, and whoever comes second decides."""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import ScopingSession
from workspaces.scoping import returning, saving, shape, unchosen
from workspaces.scoping.marking import marked
from workspaces.scoping.page import PARTS
from workspaces.scoping.saving import Change, Conflict, Outcome
from workspaces.scoping.typed import number, typed_in
from workspaces.views.scoping import draw, leads_back, tabs_of, visible_session
from workspaces.views.scoping_gone import keeps_what_was_typed

#: Of a row that is put back: whatever stands in it now, its writer wants their words there.
SEEN_ALL = 2**30


def refusal(
    request: OrganizationRequest, outcome: Outcome, part: str, decided: Iterable[str] = ()
) -> HttpResponse | None:
    """The page that says why something is not saved, with everything that was typed."""
    if outcome.conflicts:
        return merge_page(request, outcome, part)
    if outcome.errors:
        return draw(request, outcome.session, part, outcome.errors, status=422, decided=decided)
    return None


def merge_page(request: OrganizationRequest, outcome: Outcome, part: str) -> HttpResponse:
    names = dict(
        Membership.objects.filter(pk__in={c.by for c in outcome.conflicts if c.by}).values_list("pk", "display_name")
    )
    document = shape.completed(outcome.session.document)
    typed, is_own = typed_in(request.POST), all(one.by == request.member.pk for one in outcome.conflicts)
    context = {
        "heading": "You changed the same on two pages" if is_own else "Two people changed the same",
        "session": outcome.session, "part": part, "parts": tabs_of(outcome.session, part),
        "conflicts": [
            {
                "conflict": one, "label": shape.name_of(document, one.path), "mine": mine, "theirs": theirs,
                "choices": choices_of(one, said := whose(one, names, request.member)), "whose": said,
            }
            for one in outcome.conflicts for mine, theirs in [both_marked(one)]
        ],
        # What cannot be read goes along, and is told of when this is decided.
        "wrong": [(path, typed[path]) for path in outcome.errors if path in typed],
    }  # fmt: skip
    return render(request, "workspaces/scoping/merge.html", context, status=409)


def whose(conflict: Conflict, names: dict[UUID, str], member: Membership) -> dict[str, str]:
    """What is written above the two, and why they stand there."""
    if conflict.is_gone:
        return {
            "mine": "Yours",
            "theirs": "Meanwhile",
            "why": "Somebody removed this line while you were typing in it.",
        }
    if conflict.by == member.pk:
        return {"mine": "From here", "theirs": "As saved", "why": "You have saved this from another page."}
    name = names.get(conflict.by, "Somebody") if conflict.by else "Somebody"
    return {"mine": "Yours", "theirs": f"{name}’s", "why": f"{name} saved while you were typing."}


def choices_of(conflict: Conflict, said: dict[str, str]) -> list[tuple[str, str]]:
    """The last is what somebody who only presses on gets."""
    if conflict.is_gone:
        return [("theirs", "Leave it out"), ("back", "Put the line back")]
    if said["mine"] == "Yours":
        choices = [("theirs", f"Use {said['theirs']}"), ("mine", "Use mine")]
    else:
        choices = [("theirs", "Use what is saved"), ("mine", "Use this")]
    return [("both", "Keep both"), *choices] if _takes_both(conflict.path) else choices


def both_marked(conflict: Conflict) -> tuple[SafeString, SafeString]:
    """Neither is older than the other: in both is marked what the other has not."""
    _, mine = marked(conflict.stored, conflict.typed)
    _, theirs = marked(conflict.typed, conflict.stored)
    return mine, theirs


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_SCOPING)
@leads_back
@keeps_what_was_typed
def scoping_merging(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    """Save what somebody decided. Should a third have written meanwhile, they decide again."""
    session = visible_session(request, scoping_id)
    if part not in PARTS:
        raise Http404
    seen, own = number(request.POST.get("version")), own_places(session, request.member)
    chosen = {path: request.POST.get(f"choice.{path}", "mine") for path in typed_in(request.POST)}
    back = [path for path, choice in chosen.items() if choice == "back"]
    for path in back:
        returning.put_row_back(session, path, by=request.member)
    changes = [
        _decided(request, path, typed, chosen[path], seen)
        for path, typed in typed_in(request.POST).items()
        if chosen[path] in ("mine", "both", "back")
    ]
    outcome = saving.save(session, changes, by=request.member)
    unchosen.keep(session, _left(request, chosen, own), by=request.member)
    decided = [path for path in chosen if path not in outcome.errors]
    return refusal(request, outcome, part, decided) or redirect(_after_merging(session, part))


def own_places(session: ScopingSession, member: Membership) -> set[str]:
    """Where this member wrote last."""
    return {path for path, (_, by) in session.field_marks.items() if by == str(member.pk)}


def _left(request: OrganizationRequest, chosen: dict[str, str], own: set[str]) -> list[Change]:
    """What was not chosen, and no version has: one's own words, typed or saved from another page."""
    typed = typed_in(request.POST)
    left = {path: typed[path] for path, choice in chosen.items() if choice == "theirs"}
    left |= {
        path: str(request.POST[f"theirs.{path}"])
        for path, choice in chosen.items()
        if choice == "mine" and path in own and f"theirs.{path}" in request.POST
    }
    return [Change(path, words, 0) for path, words in left.items()]


def _after_merging(session: ScopingSession, part: str) -> str:
    """Says that all of it is decided: the copies that the browser still keeps of what it sent may go."""
    return f"{reverse('scoping_page', kwargs={'scoping_id': session.pk, 'part': part})}?merged=1"


def _decided(request: OrganizationRequest, path: str, typed: str, choice: str, seen: int) -> Change:
    """Whoever wants both of what cannot be joined has decided nothing yet, and is asked again."""
    if choice == "back":
        return Change(path, typed, SEEN_ALL)
    if choice != "both":
        return Change(path, typed, seen)
    if not _takes_both(path):
        return Change(path, typed, 0)
    return Change(path, f"{typed}\n\n{request.POST.get(f'theirs.{path}', '')}", seen)


def _takes_both(path: str) -> bool:
    try:
        return shape.value_at(path)[1].takes_both
    except KeyError:  # a place that no page has; nothing is saved there
        return False

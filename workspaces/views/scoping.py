"""The pages of a scoping session: one document, saved place by place, by itself while somebody types, or by a button."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe
from uuid_utils.compat import uuid7

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces.models import ScopingSession
from workspaces.scoping import rows, saving, shape
from workspaces.scoping.marking import marked
from workspaces.scoping.page import PARTS, SessionPage, role_hours, visible, writers_of
from workspaces.scoping.saving import Change, Conflict, Outcome
from workspaces.scoping.typed import Typed, applied, changes_in, number, typed_in

CHOICES = (("mine", "Mine"), ("theirs", "Theirs"), ("both", "Both, theirs below mine"))


def visible_session(request: OrganizationRequest, scoping_id: UUID) -> ScopingSession:
    session: ScopingSession = get_object_or_404(visible(request.member), pk=scoping_id)
    return session


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_page(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    if part not in PARTS:
        raise Http404
    return draw(request, visible_session(request, scoping_id), part)


def draw(
    request: OrganizationRequest,
    session: ScopingSession,
    part: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; with `errors`, everything that was typed stands in it still."""
    page = SessionPage(session, request.organization)
    typed = Typed(page.document, typed_in(request.POST) if errors else None, errors, writers_of(session))
    context = {
        "session": session, "page": page, "part": part, "typed": typed, "parts": tabs_of(session, part),
        "errors": errors or {}, "may_write": request.member.can(Permission.WRITE_SCOPING), "new_id": uuid7().hex[-10:],
        "rows_mark": rows_mark(page.document), **_of_part(page, typed, part),
    }  # fmt: skip
    return render(request, f"workspaces/scoping/{part}.html", context, status=status)


def tabs_of(session: ScopingSession, current: str) -> list[tuple[str, str, bool, int]]:
    """Label, address, whether it is the one that is shown, and how many pictures there are."""
    counts = {"visuals": len(session.document["visuals"].get("pictures", []))}
    return [
        (
            label,
            reverse("scoping_page", kwargs={"scoping_id": session.pk, "part": part}),
            part == current,
            counts.get(part, 0),
        )
        for part, label in PARTS.items()
    ]


def _of_part(page: SessionPage, typed: Typed, part: str) -> dict[str, Any]:
    if part == "sow":
        return {"sections": page.sections(typed)}
    if part == "loe":
        return {
            "fields": typed.fields("loe"), "phases": page.phases(typed), "figures": page.figures(),
            "roles": role_hours(page.priced),
        }  # fmt: skip
    if part == "visuals":
        return {"visuals": page.visuals(typed)}
    return {
        "fields": typed.fields("structuring"), "nodes": typed.rows("structuring.nodes"), "kinds": shape.NODE_KINDS,
        "phases": typed.rows("loe.phases"),
    }  # fmt: skip


def rows_mark(document: shape.Document) -> str:
    """Which rows there are, in which order: a page that shows others is drawn anew."""
    ids = [row["id"] for part, lists in shape.ROWS.items() for name in lists for row in document[part][name]]
    return " ".join(ids)


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_saving(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    session = visible_session(request, scoping_id)
    if part not in PARTS:
        raise Http404
    outcome = saving.save(session, changes_in(request.POST), by=request.member)
    if "application/json" in request.headers.get("Accept", ""):
        return _told(request, outcome, part)
    return _answer(request, outcome, part) or redirect("scoping_page", scoping_id=session.pk, part=part)


def _answer(request: OrganizationRequest, outcome: Outcome, part: str) -> HttpResponse | None:
    """The page that says why something is not saved, with everything that was typed."""
    if outcome.conflicts:
        return merge_page(request, outcome, part)
    if outcome.errors:
        return draw(request, outcome.session, part, outcome.errors, status=422)
    return None


def _told(request: OrganizationRequest, outcome: Outcome, part: str) -> JsonResponse:
    """What the page needs to go on: what others have written since, and every figure."""
    session, page = outcome.session, SessionPage(outcome.session, request.organization)
    typed, seen, sent = Typed(page.document), number(request.POST.get("version")), typed_in(request.POST)
    theirs = {
        path: typed[path].value
        for path, (version, _) in session.field_marks.items()
        if version > seen and path not in sent and path not in saving.ABOUT
    }
    return JsonResponse(
        {
            "version": session.version, "errors": outcome.errors, "theirs": theirs, "rows": rows_mark(page.document),
            "findings": render_to_string(
                "workspaces/scoping/parts/findings.html", {"page": page, "session": session, "part": part}
            ),
            "figures": page.figures(), "writers": writers_of(session, seen), "conflicts": [conflict.path for conflict in outcome.conflicts],
        },
        status=409 if outcome.conflicts else 200,
    )  # fmt: skip


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_saved(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    """When it was saved last, and by whom: pages that show the session ask when it has changed."""
    session = get_object_or_404(visible(request.member).without_document(), pk=scoping_id)
    return render(request, "workspaces/scoping/parts/saved.html", {"session": session})


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_figures(request: OrganizationRequest, scoping_id: UUID) -> JsonResponse:
    """The figures of what is typed now. Nothing is saved."""
    session = visible_session(request, scoping_id)
    document = applied(session.document, changes_in(request.POST))
    return JsonResponse({"figures": SessionPage(session, request.organization, document).figures()})


# Two people at the same place


def merge_page(request: OrganizationRequest, outcome: Outcome, part: str) -> HttpResponse:
    names = dict(
        Membership.objects.filter(pk__in={c.by for c in outcome.conflicts if c.by}).values_list("pk", "display_name")
    )
    document = shape.completed(outcome.session.document)
    context = {
        "session": outcome.session, "part": part, "parts": tabs_of(outcome.session, part), "choices": CHOICES,
        "conflicts": [
            {
                "conflict": one, "label": label_of(document, one), "mine": mine, "theirs": theirs,
                "by": names.get(one.by, "Somebody") if one.by else "Somebody", "is_own": one.by == request.member.pk,
            }
            for one in outcome.conflicts for mine, theirs in [both_marked(one)]
        ],
    }  # fmt: skip
    return render(request, "workspaces/scoping/merge.html", context, status=409)


def both_marked(conflict: Conflict) -> tuple[SafeString, SafeString]:
    """Neither is older than the other: in both is marked what the other has not."""
    _, mine = marked(conflict.stored, conflict.typed)
    _, theirs = marked(conflict.typed, conflict.stored)
    return mine, theirs


def label_of(document: shape.Document, conflict: Conflict) -> str:
    label, _ = shape.value_at(conflict.path)
    row = shape.holder(document, conflict.path)
    named = (row or {}).get("title") or (row or {}).get("text") or ""
    return f"{label}, {named[:60]}" if named and len(conflict.path.split(".")) == 4 else label


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_merging(request: OrganizationRequest, scoping_id: UUID, part: str) -> HttpResponse:
    """Save what somebody decided. Should a third have written meanwhile, they decide again."""
    session = visible_session(request, scoping_id)
    if part not in PARTS:
        raise Http404
    seen = number(request.POST.get("version"))
    chosen = {path: request.POST.get(f"choice.{path}", "mine") for path in typed_in(request.POST)}
    back = [path for path, choice in chosen.items() if choice == "back"]
    for path in back:
        put_row_back(session, path, by=request.member)
    changes = [
        Change(path, _decided(request, path, typed, chosen[path]), seen if chosen[path] != "back" else 2**30)
        for path, typed in typed_in(request.POST).items()
        if chosen[path] in ("mine", "both", "back")
    ]
    outcome = saving.save(session, changes, by=request.member)
    return _answer(request, outcome, part) or redirect(_after_merging(session, part, list(chosen)))


def _after_merging(session: ScopingSession, part: str, decided: list[str]) -> str:
    """Names what was decided: the copies of it that a browser still keeps may go."""
    address = reverse("scoping_page", kwargs={"scoping_id": session.pk, "part": part})
    return f"{address}?{urlencode({'merged': decided}, doseq=True)}"


def put_row_back(session: ScopingSession, path: str, *, by: Membership) -> None:
    parts = path.split(".")
    if len(parts) == 4 and parts[0] in shape.ROWS and parts[1] in shape.ROWS[parts[0]]:
        saving.reshape(session, rows.add(".".join(parts[:2]), parts[2]), by=by)


def _decided(request: OrganizationRequest, path: str, typed: str, choice: str) -> str:
    theirs = str(request.POST.get(f"theirs.{path}", ""))
    return f"{typed}\n\n{theirs}" if choice == "both" else typed

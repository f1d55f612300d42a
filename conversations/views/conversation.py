from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from conversations import mutes, posting
from conversations.drafts import keep_draft
from conversations.forms import CommentForm
from conversations.mentions import labels
from conversations.people import Person
from conversations.reading import conversation
from conversations.subjects import SUBJECTS, CommentRefused, Scope, Subject
from organizations.access import any_member, requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_safe
@any_member
def conversation_detail(request: OrganizationRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """The conversation on a page of its own; `?part` is the same without the frame, for pages that show it inside."""
    subject, row = discussed_row(request, kind, subject_id)
    return draw(request, subject, row)


@require_POST
@requires(Permission.COMMENT)
def comment_create(request: OrganizationRequest, kind: str, subject_id: UUID) -> HttpResponse:
    subject, row = discussed_row(request, kind, subject_id)
    me = Person.of(request.member)
    form = CommentForm(request.POST, request.FILES, reader=me)
    if not form.is_valid():
        return draw(request, subject, row, form=form, status=422)
    data = form.cleaned_data
    try:
        comment = posting.post(
            row, by=me, audience=data["audience"], body=data["body"], submission=data["submission"],
            parent_id=data["parent"], uploads=data["uploads"],
        )  # fmt: skip
    except CommentRefused as refused:
        form.add_error("body", str(refused))
        return draw(request, subject, row, form=form, status=422)
    return _shown(request, subject, row, f"#comment-{comment.pk}")


@require_POST
@requires(Permission.COMMENT)
def draft_save(request: OrganizationRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Keep what is typed and not sent; nothing typed keeps nothing. 409 where the browser is to go on keeping it."""
    _, row = discussed_row(request, kind, subject_id)
    body, audience, submission = (request.POST.get(name, "") for name in ("body", "audience", "submission"))
    is_kept = keep_draft(row, Person.of(request.member), body, audience, submission)
    return HttpResponse(status=204 if is_kept else 409)


@require_safe
@any_member
def mention_list(request: OrganizationRequest, kind: str, subject_id: UUID) -> JsonResponse:
    """Whom one may mention: the members who may see the thing, and nobody else."""
    subject, row = discussed_row(request, kind, subject_id)
    query = request.GET.get("q", "").casefold().strip()
    names = labels(subject.viewers(row)).values()
    return JsonResponse({"people": [name for name in names if query in name.casefold()][:8]})


@require_POST
@any_member
def mute_change(request: OrganizationRequest, kind: str, subject_id: UUID) -> HttpResponse:
    subject, row = visible_row(request, kind, subject_id)
    scope = Scope(subject.kind, row.pk, subject.title(row))
    change = mutes.mute if request.POST.get("mute") == "on" else mutes.unmute
    change(request.member, scope)
    return _shown(request, subject, row)


def visible_row(request: OrganizationRequest, kind: str, subject_id: UUID) -> tuple[Subject, Any]:
    if kind not in SUBJECTS:
        raise Http404("Nobody talks about such things.")
    return SUBJECTS[kind], get_object_or_404(SUBJECTS[kind].visible_to(request.member), pk=subject_id)


def discussed_row(request: OrganizationRequest, kind: str, subject_id: UUID) -> tuple[Subject, Any]:
    subject, row = visible_row(request, kind, subject_id)
    if not subject.is_discussed:
        raise Http404("Nobody talks about such things.")
    return subject, row


def draw(
    request: OrganizationRequest, subject: Subject, row: Any, *, form: CommentForm | None = None, status: int = 200
) -> HttpResponse:
    talk = conversation(row, Person.of(request.member), before=request.GET.get("before", ""), form=form)
    name = "conversations/parts/conversation.html" if "part" in request.GET else "conversations/detail.html"
    context = {
        "talk": talk, "title": subject.title(row), "back_url": subject.url(row),
        "stays": "drawer" if request.GET.get("stays") == "drawer" else "",
    }  # fmt: skip
    return render(request, name, context, status=status)


def _shown(request: OrganizationRequest, subject: Subject, row: Any, place: str = "") -> HttpResponse:
    """After a change: the conversation drawn anew where it stands in a drawer, or the page it was made from."""
    if "part" in request.GET:
        return draw(request, subject, row)
    return redirect(f"{back(request, subject, row)}{place}")


def back(request: OrganizationRequest, subject: Subject, row: Any) -> str:
    """To where it was pressed: the thing's own page, or the conversation's."""
    own = reverse("conversation_detail", kwargs={"kind": subject.kind, "subject_id": row.pk})
    return own if request.POST.get("page") == "conversation" else subject.url(row)

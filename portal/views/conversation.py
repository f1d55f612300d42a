from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from conversations import posting
from conversations.drafts import keep_draft
from conversations.forms import CommentForm
from conversations.subjects import SUBJECTS, CommentRefused
from conversations.threads import CLIENT
from portal.access import contact_required
from portal.conversations import conversation_of, person
from portal.middleware import PortalRequest
from portal.rendering import render_portal


@require_safe
@contact_required
def portal_conversation(request: PortalRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """What the firm and the client have written to each other about one thing."""
    return _page(request, kind, visible_row(request, kind, subject_id))


@require_POST
@contact_required
def portal_comment(request: PortalRequest, kind: str, subject_id: UUID) -> HttpResponse:
    row = visible_row(request, kind, subject_id)
    form = CommentForm(request.POST, request.FILES, reader=person(request.contact))
    if not form.is_valid():
        return _page(request, kind, row, form=form, status=422)
    data = form.cleaned_data
    try:
        comment = posting.post(
            row, by=person(request.contact), audience=CLIENT, body=data["body"], submission=data["submission"],
            parent_id=data["parent"], uploads=data["uploads"], keeper=request.contact,
        )  # fmt: skip
    except CommentRefused as refused:
        form.add_error("body", str(refused))
        return _page(request, kind, row, form=form, status=422)
    place = reverse("portal_request", args=[row.pk]) if request.POST.get("page") == "request" else _own(kind, row)
    return redirect(f"{place}#comment-{comment.pk}")


@require_POST
@contact_required
def portal_draft(request: PortalRequest, kind: str, subject_id: UUID) -> HttpResponse:
    row, me = visible_row(request, kind, subject_id), person(request.contact)
    is_kept = keep_draft(row, me, request.POST.get("body", ""), "", request.POST.get("submission", ""))
    return HttpResponse(status=204 if is_kept else 409)


def visible_row(request: PortalRequest, kind: str, subject_id: UUID) -> Any:
    if kind not in SUBJECTS:
        raise Http404("Nobody talks about such things.")
    return get_object_or_404(SUBJECTS[kind].visible_to_contact(request.contact), pk=subject_id)


def _page(
    request: PortalRequest, kind: str, row: Any, *, form: CommentForm | None = None, status: int = 200
) -> HttpResponse:
    talk = conversation_of(row, request.contact, before=request.GET.get("before", ""), form=form)
    return render_portal(request, "portal/conversation.html", {"talk": talk, "row": row}, status=status)


def _own(kind: str, row: Any) -> str:
    return reverse("portal_conversation", args=[kind, row.pk])

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conversations import posting
from conversations.forms import WordingForm
from conversations.models import Comment, CommentVersion
from conversations.people import Person
from conversations.subjects import CommentRefused, Subject, discussed
from conversations.views.conversation import draw
from organizations.access import any_member, requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

Found = tuple[Subject, Any, Comment]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.COMMENT)
def comment_update(request: OrganizationRequest, comment_id: UUID) -> HttpResponse:
    subject, row, comment = visible_comment(request, comment_id)
    me = Person.of(request.member)
    if comment.deleted_at or not me.is_author_of(comment):
        raise Http404("Not one of your comments.")
    form = WordingForm(request.POST or None, initial={"body": comment.body})
    if form.is_valid():
        try:
            posting.edit(row, comment, by=me, body=form.cleaned_data["body"])
            return redirect(f"{subject.url(row)}#comment-{comment.pk}")
        except CommentRefused as refused:
            form.add_error("body", str(refused))
    context = {"form": form, "comment": comment, "title": subject.title(row), "back_url": subject.url(row)}
    return render(request, "conversations/comment_form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.COMMENT)
def comment_deletion(request: OrganizationRequest, comment_id: UUID) -> HttpResponse:
    subject, row, comment = visible_comment(request, comment_id)
    try:
        posting.delete(row, comment, by=Person.of(request.member))
    except CommentRefused as refused:
        messages.warning(request, str(refused))
    else:
        if "part" not in request.GET:  # there the page shows what is left of it
            messages.success(request, "Comment deleted")
    return draw(request, subject, row) if "part" in request.GET else redirect(subject.url(row))


@require_safe
@any_member
def comment_versions(request: OrganizationRequest, comment_id: UUID) -> HttpResponse:
    """How an edited comment was worded before. A deleted one is not brought back here."""
    subject, row, comment = visible_comment(request, comment_id)
    if comment.deleted_at:
        raise Http404("The comment was deleted.")
    versions = CommentVersion.objects.filter(comment=comment).order_by("-id")[:50]
    context = {"comment": comment, "versions": versions, "title": subject.title(row), "back_url": subject.url(row)}
    return render(request, "conversations/versions.html", context)


def visible_comment(request: OrganizationRequest, comment_id: UUID) -> Found:
    """The comment and what it is about, if the member may see that."""
    comment = get_object_or_404(Comment.objects.select_related("thread", "member"), pk=comment_id)
    place = comment.thread.beside_id or comment.thread_id
    for subject in discussed():
        if row := subject.visible_to(request.member).filter(thread=place).first():
            return subject, row, comment
    raise Http404("Not about anything you see.")

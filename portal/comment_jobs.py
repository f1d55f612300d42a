"""Mails to contacts about what the firm has written to them."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clients.models import ClientContact, Document, InformationRequest
from conversations.models import Comment
from portal.conversations import subject_of
from portal.jobs import willing
from portal.mails import link_for, send
from portal.speaking import speaking_to
from tenancy.jobs import tenant_task


@tenant_task()
def send_comment_notice(comment_id: str) -> None:
    """Tell the contacts who read it that the firm has written. A job for each, so that no mail depends on another's."""
    for contact in _readers(comment_id):
        send_comment_mail.enqueue(comment_id=comment_id, contact_id=contact.pk)


@tenant_task()
def send_comment_mail(comment_id: str, contact_id: str) -> None:
    """Nothing if it was deleted meanwhile, or is not for this contact any more."""
    comment, contact = _written(comment_id), willing().filter(pk=contact_id).first()
    about = subject_of(comment, contact) if comment and contact else None
    if comment is None or contact is None or about is None:
        return
    subject, row = about
    link = link_for(contact, next_path=f"{subject.kind}/{row.pk}/messages/")
    with speaking_to(contact):
        title = _("%(name)s wrote to you about %(thing)s") % {"name": comment.author_name, "thing": str(row)}
        action = {"action_url": link, "action_label": _("Read and answer")}
        send("portal_comment", contact, subject=title, comment=comment, row=row, **action)


def _written(comment_id: str) -> Comment | None:
    return Comment.objects.for_client().living().exclude(member=None).filter(pk=comment_id).first()


def _readers(comment_id: str) -> list[ClientContact]:
    comment = _written(comment_id)
    if comment is None:
        return []
    return [contact for contact in _of_thread(comment) if subject_of(comment, contact) is not None]


def _of_thread(comment: Comment) -> QuerySet[ClientContact]:
    """Invited contacts of the client whose request or document it is about."""
    asked = InformationRequest.objects.filter(thread=comment.thread_id).values("request_list__client")
    filed = Document.objects.filter(thread=comment.thread_id).values("client")
    return willing().filter(Q(client__in=asked) | Q(client__in=filed)).exclude(invited_at=None, last_seen_at=None)

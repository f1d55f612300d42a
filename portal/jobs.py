"""Mails of the portal. Jobs get ids; secrets are made here, where the mail is, and only their hash is kept."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from clients.models import ClientContact, Document, InformationRequest, RequestList
from conversations.models import Comment
from portal.conversations import subject_of
from portal.deep_links import checked
from portal.mails import link_for, send
from portal.models import PortalPreference
from portal.sign_in import issue_code
from tenancy import cache
from tenancy.jobs import tenant_task


@tenant_task()
def send_portal_link(contact_id: str, next_path: str = "") -> None:
    """Mail a fresh link; nothing to a contact who was removed or shut out meanwhile."""
    contact = _contacts().filter(pk=contact_id).first()
    if contact is None:
        return
    subject = f"Your documents for {contact.organization.name}"
    link = link_for(contact, next_path=checked(next_path))
    send("portal_link", contact, subject=subject, action_url=link, action_label="Open your documents")
    ClientContact.objects.filter(pk=contact.pk).update(invited_at=timezone.now())


@tenant_task()
def send_portal_code(contact_id: str) -> None:
    contact = _contacts().filter(pk=contact_id).first()
    if contact is not None:
        code = issue_code(contact)
        send("portal_code", contact, subject=f"{code} is your code for {contact.organization.name}", code=code)


@tenant_task()
def send_returned_notice(request_id: str) -> None:
    """Tell whoever answered that the answer came back. A job for each, so that no mail depends on another's."""
    if request := _returned(request_id):
        for contact in _told(request):
            send_returned_mail.enqueue(request_id=request_id, contact_id=contact.pk)


@tenant_task()
def send_returned_mail(request_id: str, contact_id: str) -> None:
    """Say why it came back; nothing if it was answered again meanwhile."""
    request, contact = _returned(request_id), _willing().filter(pk=contact_id).first()
    if request is None or contact is None:
        return
    action = {"action_url": link_for(contact, next_path=f"requests/{request_id}/"), "action_label": "Open the request"}
    send("portal_returned", contact, subject=f"Sent back: {request.title}", request=request, **action)


@tenant_task()
def send_published_notice(list_id: str) -> None:
    """Tell the contacts the firm has invited that something new is asked of them. What follows is told anew."""
    cache.drop(gathering_key(list_id))
    if request_list := RequestList.objects.open().filter(pk=list_id).first():
        for contact in _willing().filter(client=request_list.client_id).exclude(invited_at=None):
            send_published_mail.enqueue(list_id=list_id, contact_id=contact.pk)


@tenant_task()
def send_published_mail(list_id: str, contact_id: str) -> None:
    """Counted now, so that the mail speaks of all that was published until it goes out."""
    request_list, contact = (
        RequestList.objects.open().filter(pk=list_id).first(),
        _willing().filter(pk=contact_id).first(),
    )
    if request_list is None or contact is None:
        return
    mine = InformationRequest.objects.visible_to_contact(contact).with_client().filter(request_list=request_list)
    if count := mine.count():
        action = {"action_url": link_for(contact), "action_label": "Open your documents"}
        subject = f"{request_list.title}: what we need from you"
        send("portal_published", contact, subject=subject, request_list=request_list, count=count, **action)


@tenant_task()
def send_comment_notice(comment_id: str) -> None:
    """Tell the contacts who read it that the firm has written. A job for each, so that no mail depends on another's."""
    for contact in _readers(comment_id):
        send_comment_mail.enqueue(comment_id=comment_id, contact_id=contact.pk)


@tenant_task()
def send_comment_mail(comment_id: str, contact_id: str) -> None:
    """Nothing if it was deleted meanwhile, or is not for this contact any more."""
    comment, contact = _written(comment_id), _willing().filter(pk=contact_id).first()
    about = subject_of(comment, contact) if comment and contact else None
    if comment is None or contact is None or about is None:
        return
    subject, row = about
    link = link_for(contact, next_path=f"{subject.kind}/{row.pk}/messages/")
    title = f"{comment.author_name} wrote to you about {row}"
    action = {"action_url": link, "action_label": "Read and answer"}
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
    return _willing().filter(Q(client__in=asked) | Q(client__in=filed)).exclude(invited_at=None, last_seen_at=None)


def gathering_key(list_id: Any) -> str:
    """Set while a mail about newly published requests of the list waits to go out."""
    return f"portal-published:{list_id}"


def _returned(request_id: str) -> InformationRequest | None:
    returned = InformationRequest.objects.published().filter(pk=request_id, status=InformationRequest.Status.RETURNED)
    return returned.select_related("request_list").first()


def _contacts() -> QuerySet[ClientContact]:
    return ClientContact.objects.with_portal().filter(client__deleted_at=None).select_related("organization")


def _willing() -> QuerySet[ClientContact]:
    """Without those who have turned such mails off."""
    return _contacts().exclude(pk__in=PortalPreference.objects.filter(notifications=False).values("contact"))


def _told(request: InformationRequest) -> list[ClientContact]:
    """Who is asked, else who answered, else the client's main contacts; never somebody who may not see the request."""
    of_client = _willing().filter(client=request.request_list.client_id)
    if request.contact_id:
        return list(of_client.filter(pk=request.contact_id))
    answered = list(of_client.filter(pk=request.submitted_by_id)) if request.submitted_by_id else []
    return answered or list(of_client.filter(is_primary=True).exclude(invited_at=None))

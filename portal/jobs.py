"""Mails of the portal. Jobs get ids; secrets are made here, where the mail is, and only their hash is kept."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import ClientContact, InformationRequest, RequestList
from organizations.mails import send_mail
from organizations.models import Membership
from organizations.mounts import absolute, organization_url
from organizations.permissions import Permission
from portal.deep_links import checked
from portal.mails import link_for, send
from portal.models import ColleagueInvitation, PortalPreference
from portal.sign_in import issue_code
from portal.speaking import speaking_to
from tenancy import cache
from tenancy.jobs import tenant_task


@tenant_task()
def send_portal_link(contact_id: str, next_path: str = "") -> None:
    """Mail a fresh link; nothing to a contact who was removed or shut out meanwhile."""
    contact = _contacts().filter(pk=contact_id).first()
    if contact is None:
        return
    link = link_for(contact, next_path=checked(next_path))
    with speaking_to(contact):
        subject = _("Your documents for %(firm)s") % {"firm": contact.organization.name}
        send("portal_link", contact, subject=subject, action_url=link, action_label=_("Open your documents"))
    ClientContact.objects.filter(pk=contact.pk).update(invited_at=timezone.now())


@tenant_task()
def send_portal_code(contact_id: str) -> None:
    contact = _contacts().filter(pk=contact_id).first()
    if contact is not None:
        code = issue_code(contact)
        with speaking_to(contact):
            subject = _("%(code)s is your code for %(firm)s") % {"code": code, "firm": contact.organization.name}
            send("portal_code", contact, subject=subject, code=code)


@tenant_task()
def send_returned_notice(request_id: str) -> None:
    """Tell whoever answered that the answer came back, or is asked for again. A job for each, so that no mail depends on another's."""
    if request := _returned(request_id):
        for contact in _told(request):
            send_returned_mail.enqueue(request_id=request_id, contact_id=contact.pk)


@tenant_task()
def send_returned_mail(request_id: str, contact_id: str) -> None:
    """Say why it came back; nothing if it was answered again meanwhile."""
    request, contact = _returned(request_id), willing(returned=True).filter(pk=contact_id).first()
    if request is None or contact is None:
        return
    link = link_for(contact, next_path=f"requests/{request_id}/")
    with speaking_to(contact):
        subject = _("Asked again: %(title)s") if request.is_asked_again else _("Sent back: %(title)s")
        action = {"action_url": link, "action_label": _("Open the request")}
        send("portal_returned", contact, subject=subject % {"title": request.title}, request=request, **action)


@tenant_task()
def send_published_notice(list_id: str) -> None:
    """Tell the contacts the firm has invited that something new is asked of them. What follows is told anew."""
    cache.drop(gathering_key(list_id))
    if request_list := RequestList.objects.open().filter(pk=list_id).first():
        for contact in willing().filter(client=request_list.client_id).exclude(invited_at=None):
            send_published_mail.enqueue(list_id=list_id, contact_id=contact.pk)


@tenant_task()
def send_published_mail(list_id: str, contact_id: str) -> None:
    """Counted now, so that the mail speaks of all that was published until it goes out."""
    request_list, contact = (
        RequestList.objects.open().filter(pk=list_id).first(),
        willing().filter(pk=contact_id).first(),
    )
    if request_list is None or contact is None:
        return
    mine = InformationRequest.objects.visible_to_contact(contact).with_client().filter(request_list=request_list)
    if count := mine.count():
        link = link_for(contact)
        with speaking_to(contact):
            action = {"action_url": link, "action_label": _("Open your documents")}
            subject = _("%(list)s: what we need from you") % {"list": request_list.title}
            send("portal_published", contact, subject=subject, request_list=request_list, count=count, **action)


@tenant_task()
def send_passed_on(contact_id: str, giver_contact_id: str) -> None:
    """Tell a colleague what a coordinator has given them, with a link: it may be their first."""
    contact = _contacts().filter(pk=contact_id).first()
    giver = _contacts().filter(pk=giver_contact_id).first()
    if contact is None or giver is None or contact.client_id != giver.client_id:
        return
    mine = InformationRequest.objects.filter(contact=contact).with_client().in_progress()
    if not (count := mine.count()):
        return
    link = link_for(contact)
    with speaking_to(contact):
        facts = {"name": giver.name, "count": count}
        subject = ngettext(
            "%(name)s asks you to answer %(count)s thing", "%(name)s asks you to answer %(count)s things", count
        )
        action = {"action_url": link, "action_label": _("Open your documents")}
        titles = list(mine.order_by("due_date", "pk").values_list("title", flat=True)[:20])
        send("portal_passed_on", contact, subject=subject % facts, giver=giver, titles=titles, count=count, **action)
    ClientContact.objects.filter(pk=contact.pk, invited_at=None).update(invited_at=timezone.now())


@tenant_task()
def send_colleague_question(colleague_id: str) -> None:
    """Ask whoever leads the client, else every administrator, whether a colleague may come in."""
    rows = ColleagueInvitation.objects.select_related("organization", "client", "asked_by")
    asked = rows.filter(pk=colleague_id, status=ColleagueInvitation.Status.PENDING).first()
    if asked is None:
        return
    firm = asked.organization
    for member in _who_answers(asked):
        send_mail(
            "colleague_question",
            to=member.email,
            subject=f"{asked.asked_by.name} asks to let {asked.name} in for {asked.client.name}",
            organization=firm,
            asked=asked,
            reason=f"You get this because you look after {asked.client.name} at {firm.name}.",
            action_url=absolute(organization_url(firm.slug, "colleague_list")),
            action_label="See who waits",
        )


def _who_answers(asked: ColleagueInvitation) -> list[Membership]:
    able = [member for member in Membership.objects.active() if member.can(Permission.MANAGE_CLIENTS)]
    leads = set(asked.client.assignments.filter(is_lead=True).values_list("member", flat=True))
    return [member for member in able if member.pk in leads] or [
        member for member in able if member.can(Permission.MANAGE_FIRM)
    ]


def gathering_key(list_id: Any) -> str:
    """Set while a mail about newly published requests of the list waits to go out."""
    return f"portal-published:{list_id}"


def _returned(request_id: str) -> InformationRequest | None:
    rows = InformationRequest.objects.came_back().filter(pk=request_id)
    return rows.select_related("request_list").first()


def _contacts() -> QuerySet[ClientContact]:
    return ClientContact.objects.with_portal().filter(client__deleted_at=None).select_related("organization")


def willing(*, returned: bool = False) -> QuerySet[ClientContact]:
    """Without those who have turned such mails off."""
    off = Q(notifications=False) | Q(mail_returned=False) if returned else Q(notifications=False)
    return _contacts().exclude(pk__in=PortalPreference.objects.filter(off).values("contact"))


def _told(request: InformationRequest) -> list[ClientContact]:
    """Who is asked, else who answered, else the client's main contacts; never somebody who may not see the request."""
    of_client = willing(returned=True).filter(client=request.request_list.client_id)
    if request.contact_id:
        return list(of_client.filter(pk=request.contact_id))
    answered = list(of_client.filter(pk=request.submitted_by_id)) if request.submitted_by_id else []
    return answered or list(of_client.filter(is_primary=True).exclude(invited_at=None))

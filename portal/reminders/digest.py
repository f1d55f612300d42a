"""A reminder as a mail, in the contact's language."""

from dataclasses import dataclass
from itertools import groupby

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import ClientContact, InformationRequest
from organizations.models import Membership
from portal.items import due_words
from portal.mails import draw_for, link_for
from portal.mails_off import headers_for, mails_off_url
from portal.models import ReminderMail
from portal.speaking import speaking_to


def draw(mail: ReminderMail, requests: list[InformationRequest], *, link: str = "") -> EmailMultiAlternatives:
    """`link` stands where a fresh link for the contact would be made."""
    contact = mail.contact
    with speaking_to(contact):
        return draw_for(
            "portal_reminder",
            contact,
            subject=subject(contact, requests),
            sections=_sections(requests),
            message=mail.message,
            sender=mail.sent_by,
            action_url=link or link_for(contact, next_path=_page(requests)),
            action_label=_("Open your documents"),
            mails_off_url="" if mail.is_manual else mails_off_url(contact),
            headers={} if mail.is_manual else headers_for(contact),
        )


@dataclass(frozen=True)
class Drawn:
    """A mail as it would be: nothing is sent, and no link is made for it."""

    contact: ClientContact
    subject: str
    text: str


def drawn(contact: ClientContact, requests: list[InformationRequest], *, message: str, sender: Membership) -> Drawn:
    """The mail a reminder by hand would be, in the contact's language."""
    mail = ReminderMail(contact=contact, is_manual=True, sent_by=sender, message=message)
    made = draw(mail, requests, link="…")
    return Drawn(contact, str(made.subject), str(made.body).strip())


def subject(contact: ClientContact, requests: list[InformationRequest]) -> str:
    """“Harcourt & Pell: 3 things to send, 1 of them late”."""
    today = timezone.localdate()
    late = sum(bool(request.due_date and request.due_date < today) for request in requests)
    count = len(requests)
    things = ngettext("%(count)s thing to send", "%(count)s things to send", count) % {"count": count}
    if late:
        things = ngettext("%(things)s, %(late)s late", "%(things)s, %(late)s late", late) % {
            "things": things,
            "late": late,
        }
    return f"{contact.organization.name}: {things}"


def _page(requests: list[InformationRequest]) -> str:
    """The one request itself, or the page of all."""
    return f"requests/{requests[0].pk}/" if len(requests) == 1 else ""


def _sections(requests: list[InformationRequest]) -> list[dict]:
    today = timezone.localdate()
    return [
        {
            "title": request_list.title,
            "lines": [
                {"title": request.title, "due": due_words(request.due_date or request_list.due_date, today)}
                for request in found
            ],
        }
        for request_list, found in groupby(requests, key=lambda request: request.request_list)
    ]

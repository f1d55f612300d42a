"""Turning reminders off from a mail itself: by the link at its foot, or by the mail program's own button (RFC 8058)."""

from django.utils.crypto import constant_time_compare, salted_hmac

from clients.models import ClientContact
from organizations.mounts import absolute, portal_url


def mails_off_token(contact: ClientContact) -> str:
    """Does one thing only, and to this contact alone, so it needs no end."""
    return salted_hmac("portal.mails_off", str(contact.pk), algorithm="sha256").hexdigest()[:40]


def is_mails_off_token(contact: ClientContact, token: str) -> bool:
    return constant_time_compare(mails_off_token(contact), token)


def mails_off_url(contact: ClientContact) -> str:
    return absolute(portal_url(contact.portal_key, "portal_mails_off", token=mails_off_token(contact)))


def headers_for(contact: ClientContact) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{mails_off_url(contact)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }

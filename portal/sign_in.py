"""Signing in without a password: a link or a code by mail, each good once, for a session of 30 days."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from audit.log import record
from clients.models import ClientContact
from portal.models import MagicLinkToken, PortalSession
from portal.secrets import code_hash, new_code, new_secret, secret_hash
from tenancy.context import audited, current

LINK_LIFETIME = timedelta(days=14)
CODE_LIFETIME = timedelta(minutes=10)
SESSION_LIFETIME = timedelta(days=30)
MOST_ATTEMPTS = 5

LINK, CODE = MagicLinkToken.Purpose.LINK, MagicLinkToken.Purpose.CODE


def issue_link(contact: ClientContact, *, next_path: str = "") -> str:
    """A token for a mailed link. Links sent before stay good: people open old mails."""
    token = new_secret()
    MagicLinkToken.objects.create(
        contact=contact, purpose=LINK, token_hash=secret_hash(token), next_path=next_path,
        expires_at=timezone.now() + LINK_LIFETIME,
    )  # fmt: skip
    return token


@transaction.atomic
def issue_code(contact: ClientContact) -> str:
    """Six digits for another device. The code sent before stops working."""
    _codes(contact).update(revoked_at=timezone.now())
    code = new_code()
    MagicLinkToken.objects.create(
        contact=contact, purpose=CODE, token_hash=code_hash(contact, code), expires_at=timezone.now() + CODE_LIFETIME
    )
    return code


def find_link(contact: ClientContact, token: str) -> MagicLinkToken | None:
    """The link in whatever state, without spending it."""
    return MagicLinkToken.objects.filter(contact=contact, purpose=LINK, token_hash=secret_hash(token)).first()


def is_live(link: MagicLinkToken) -> bool:
    return link.used_at is None and link.revoked_at is None and link.expires_at > timezone.now()


@transaction.atomic
def redeem_link(contact: ClientContact, token: str) -> MagicLinkToken | None:
    """Spend the link. None if it is unknown, used, revoked or expired; the row lock lets a double click spend it once."""
    links = MagicLinkToken.objects.live().filter(contact=contact, purpose=LINK, token_hash=secret_hash(token))
    link = links.select_for_update().first()
    if link is not None:
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
    return link


@transaction.atomic
def redeem_code(contact: ClientContact, code: str) -> bool:
    """Spend the newest code. A wrong try is counted, and the fifth ends the code."""
    newest = _codes(contact).select_for_update().order_by("-created_at", "-pk").first()
    if newest is None:
        return False
    is_right = constant_time_compare(bytes(newest.token_hash), code_hash(contact, code))
    if is_right:
        newest.used_at = timezone.now()
    else:
        newest.attempts += 1
        newest.revoked_at = timezone.now() if newest.attempts >= MOST_ATTEMPTS else None
    newest.save(update_fields=["used_at", "attempts", "revoked_at"])
    return is_right


def open_session(contact: ClientContact) -> tuple[PortalSession, str]:
    """A session and the value of its cookie, which is kept nowhere."""
    value, now, facts = new_secret(), timezone.now(), current().facts
    with audited(contact=contact.pk, name=contact.name):
        session = PortalSession.objects.create(
            contact=contact, token_hash=secret_hash(value), ip_address=facts.get("ip"),
            user_agent=facts.get("agent", "")[:300], last_seen_at=now, expires_at=now + SESSION_LIFETIME,
        )  # fmt: skip
        ClientContact.objects.filter(pk=contact.pk).update(last_seen_at=now)
        record("login", contact)
    return session, value


def end_session(session: PortalSession) -> None:
    PortalSession.objects.live().filter(pk=session.pk).update(revoked_at=timezone.now())
    record("logout", session.contact)


@transaction.atomic
def revoke_all(contact: ClientContact) -> None:
    """Sign the contact out everywhere, and let no mail sent so far open the portal again."""
    now = timezone.now()
    MagicLinkToken.objects.live().filter(contact=contact).update(revoked_at=now)
    PortalSession.objects.live().filter(contact=contact).update(revoked_at=now)


def revoke_link(link: MagicLinkToken) -> None:
    MagicLinkToken.objects.live().filter(pk=link.pk).update(revoked_at=timezone.now())


def revoke_session(session: PortalSession) -> None:
    """By the firm; the contact's own way out is `end_session`."""
    PortalSession.objects.live().filter(pk=session.pk).update(revoked_at=timezone.now())


def _codes(contact: ClientContact) -> QuerySet[MagicLinkToken]:
    return MagicLinkToken.objects.live().filter(contact=contact, purpose=CODE)

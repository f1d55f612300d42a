"""A share on its way to a contact: mailed with a link of its own, which is made where the mail is."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clients.models import ClientContact
from look.dates import written
from organizations.mail_limits import may_send
from organizations.mails import send_mail
from organizations.models import Membership, Organization
from tenancy.jobs import tenant_task
from workspaces.models import ScopingSession, SessionShare, SessionSnapshot
from workspaces.scoping import freezing, sharing

#: Who is mailed the same within this time was meant once: somebody pressed twice.
AT_ONCE = timedelta(minutes=1)


class NotMailed(Exception):
    """The message is a sentence for the person."""


def recipients(session: ScopingSession) -> QuerySet[ClientContact]:
    """Whom it can be mailed to; nobody while it has no client."""
    return ClientContact.objects.filter(client=session.client_id).order_by("-is_primary", "name", "id")


def mail(
    snapshot: SessionSnapshot, contacts: Iterable[ClientContact], *, by: Membership, **values: Any
) -> tuple[list[str], list[str]]:
    """A share for each, so that each link is watched and ended by itself. Who is mailed, and why others are not.

    Raises NotMailed where nobody can be.
    """
    same = {name: values[name] for name in ("shows", "may_accept", "expires_at")}
    since = timezone.now() - AT_ONCE
    lately = SessionShare.objects.living().filter(snapshot=snapshot, created_by=by, created_at__gt=since, **same)
    sent, refused = [], []
    for contact in contacts:
        try:
            if not any(has_passcode(one, values["passcode"]) for one in lately.filter(contact=contact)):
                _mail_one(snapshot, contact, by, values)
        except NotMailed as why:
            refused.append(str(why))
        else:
            sent.append(contact.name)
    if refused and not sent:
        raise NotMailed(" ".join(refused))
    return sent, refused


def has_passcode(share: SessionShare, passcode: str) -> bool:
    """Whether it opens with this, or with none where this is empty."""
    stored = bytes(share.passcode_hash or b"").decode()
    return check_password(passcode, stored) if stored else not passcode


@transaction.atomic
def _mail_one(snapshot: SessionSnapshot, contact: ClientContact, by: Membership, values: dict[str, Any]) -> None:
    made, _ = sharing.share(snapshot, by=by, contact=contact, **values | {"name": contact.name[:120]})
    queue(made, contact)


def queue(share: SessionShare, contact: ClientContact | None) -> None:
    """Raises NotMailed where the address has had enough for a day."""
    if contact is None or contact.deleted_at is not None:
        raise NotMailed("Whom it was mailed to is no contact any more.")
    if not may_send("scope", contact.email):
        raise NotMailed(f"Five mails of this kind went to {contact.email} lately: enough for a day.")
    mail_share.enqueue(share_id=share.pk)


@tenant_task()
def mail_share(share_id: str) -> None:
    """Nothing where the link has ended, or the contact has gone, meanwhile. A link that was mailed before ends."""
    found = SessionShare.objects.living().filter(pk=share_id, contact__deleted_at=None)
    share = found.select_related("snapshot", "contact", "created_by", "organization").first()
    if share is None or share.contact is None:
        return
    title = freezing.shown(share.snapshot.content, share.shows)["title"]
    firm: Organization = share.organization
    sender = share.created_by.display_name if share.created_by else firm.name
    last_day = timezone.localdate(share.last_moment, timezone=firm.zone)
    send_mail(
        "scope", to=share.contact.email, subject=f"{firm.name}: {title}", organization=firm,
        headers={"Reply-To": share.created_by.email} if share.created_by else None,
        contact=share.contact, title=title, sender=sender, share=share, last_day=written(last_day, "full"),
        action_url=sharing.address(share, sharing.renew(share)), action_label="Open it",
        reason=f"You get this because {sender} of {firm.name} has sent it to {share.contact.email}.",
    )  # fmt: skip
    SessionShare.objects.filter(pk=share.pk).update(mailed_at=timezone.now())

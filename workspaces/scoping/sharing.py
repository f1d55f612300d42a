"""Links to a snapshot for people without an account: made, found by their secret, opened with a passcode, ended."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.shortcuts import get_object_or_404
from django.utils import timezone

from audit import log
from organizations.models import Membership
from organizations.mounts import absolute, root_url
from workspaces.models import SessionShare, SessionSnapshot, ShareView

MOST_WRONG, LOCKED_FOR = 5, timedelta(minutes=15)
OPEN_FOR = 12 * 60 * 60
SALT = "scoping share"
#: A page that is drawn again within this time is the same visit.
ONE_VISIT = timedelta(minutes=10)


class CodeRefused(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def share(snapshot: SessionSnapshot, *, by: Membership, passcode: str = "", **values: Any) -> tuple[SessionShare, str]:
    """The share and its secret, which nobody can be told again."""
    secret = secrets.token_urlsafe(32)
    made = SessionShare.objects.create(
        snapshot=snapshot, created_by=by, token_hash=_hash(secret),
        passcode_hash=make_password(passcode).encode() if passcode else None, **values,
    )  # fmt: skip
    log.record("share", made, session=str(snapshot.session_id), shows=made.shows, expires=made.expires_at.isoformat())
    return made, secret


def address(share: SessionShare, secret: str) -> str:
    return absolute(root_url("shared_scope", firm_id=share.organization_id, secret=secret))


def renew(share: SessionShare) -> str:
    """Another secret for it, to be told once more. The link before opens nothing from then on."""
    secret = secrets.token_urlsafe(32)
    SessionShare.objects.filter(pk=share.pk).update(token_hash=_hash(secret))
    return secret


def end(share: SessionShare, *, by: Membership) -> None:
    SessionShare.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)


def of_secret(secret: str) -> SessionShare | None:
    """The living share of the firm in force under this secret."""
    shares = SessionShare.objects.living().select_related("snapshot__session__client", "created_by")
    return shares.filter(token_hash=_hash(secret)).first()


def newer_than(snapshot: SessionSnapshot) -> SessionSnapshot | None:
    """The newest version that was sent to anybody since."""
    newer = SessionSnapshot.objects.filter(session=snapshot.session_id, number__gt=snapshot.number)
    sent = newer.filter(shares__in=SessionShare.objects.living())
    return sent.defer("document", "content").order_by("-number").first()


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


# Passcodes


def check(share_id: UUID, passcode: str) -> SessionShare:
    """Of two who try at once the second waits, so nobody tries more often than is counted."""
    share = get_object_or_404(SessionShare.objects.select_for_update(of=("self",), no_key=True), pk=share_id)
    now = timezone.now()
    if share.locked_until and share.locked_until > now:
        raise CodeRefused("Too many wrong passcodes. Try again in a quarter of an hour.")
    if check_password(passcode, bytes(share.passcode_hash or b"").decode()):
        share.wrong_codes, share.locked_until = 0, None
        share.save(update_fields=["wrong_codes", "locked_until"])
        return share
    share.wrong_codes = F("wrong_codes") + 1
    share.save(update_fields=["wrong_codes"])
    share.refresh_from_db(fields=["wrong_codes"])
    if share.wrong_codes >= MOST_WRONG:
        share.wrong_codes, share.locked_until = 0, now + LOCKED_FOR
        share.save(update_fields=["wrong_codes", "locked_until"])
    raise CodeRefused("That is not the passcode. Ask whoever sent you the link.")


def key_of(share: SessionShare) -> str:
    """What a browser holds once the passcode was right. Another passcode ends it."""
    return signing.dumps(_mark(share), salt=SALT)


def is_open(share: SessionShare, key: str) -> bool:
    if share.passcode_hash is None:
        return True
    try:
        return bool(signing.loads(key, salt=SALT, max_age=OPEN_FOR) == _mark(share))
    except signing.BadSignature:
        return False


def _mark(share: SessionShare) -> str:
    return f"{share.pk} {sha256(bytes(share.passcode_hash or b'')).hexdigest()[:16]}"


# Who came


def note(share: SessionShare, what: str, *, ip: str | None, agent: str) -> None:
    visit: dict[str, Any] = {"share": share, "what": what, "ip": ip, "agent": agent[:300]}
    since = timezone.now() - ONE_VISIT
    if what == ShareView.What.OPENED and ShareView.objects.filter(**visit, created_at__gt=since).exists():
        return
    ShareView.objects.create(**visit)

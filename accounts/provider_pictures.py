"""The picture a provider tells of, fetched after a sign-in and kept as ours: its host never learns who looks at whom.

It is followed as long as the person has chosen none of their own and has not removed it. The address is a stranger's word. It is asked over https alone, at a public address that is looked up once and held to,
without following where it is sent on to, for so many seconds and bytes.
"""

import hashlib
import io
import ipaddress
import logging
import socket
import ssl
import time
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from accounts import avatars
from accounts.models import User, UserProfile
from accounts.models.user import PICTURE_FROM, PICTURE_REMOVED
from accounts.person_changes import person_changed
from tenancy.context import IDENTITY, acting_as, surface

SECONDS, PIECE, PORT = 10, 64 * 1024, 443
TYPES = {"image/jpeg", "image/png", "image/webp"}

logger = logging.getLogger(__name__)


class NoPicture(Exception):
    """The message is for the log."""


class HeldConnection(HTTPSConnection):
    """To the address that was looked at, whatever the name leads to a moment later; the certificate is the name's."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, PORT, timeout=SECONDS)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, PORT), timeout=SECONDS)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def is_followed(user: User, account_id: Any) -> bool:
    """Whether the person's picture is what this account at a provider tells: it came from there, or there is none yet.

    Never once they have removed theirs: a provider's must not come back by the next sign-in.
    """
    kept = UserProfile.objects.filter(user=user.pk).values_list("profile_data", flat=True).first() or {}
    if kept.get(PICTURE_REMOVED):
        return False
    source = kept.get(PICTURE_FROM, {})
    return not user.avatar or (source.get("file"), source.get("account")) == (user.avatar, str(account_id))


def take(user_id: UUID, account_id: str) -> None:
    """Bring what the provider shows now. What cannot be had leaves the picture as it is; nobody waits for it."""
    with surface(IDENTITY):
        user = User.objects.get(pk=user_id)
        account = SocialAccount.objects.filter(pk=account_id, user=user_id).first()
        if account is None or not is_followed(user, account_id):
            return
    address = account.extra_data.get("picture")
    try:
        picture = fetch(address) if address else b""
    except NoPicture as why:
        logger.info("No picture from %s: %s", urlsplit(address).hostname, why)
        return
    with acting_as(user_id), transaction.atomic():
        _replace(User.objects.select_for_update(of=("self",)).get(pk=user_id), account_id, picture)


def _replace(user: User, account_id: str, picture: bytes) -> None:
    """Under the lock of the row; empty where the provider shows none any more. The same picture is not written again."""
    if not user.is_active or not is_followed(user, account_id):
        return
    profile = UserProfile.objects.filter(user=user).first() or UserProfile(user=user)
    seen, old = hashlib.sha256(picture).hexdigest() if picture else "", user.avatar
    if seen == profile.profile_data.get(PICTURE_FROM, {}).get("sha256", ""):
        return
    user.avatar = avatars.keep(user.pk, picture) if picture else ""
    profile.profile_data[PICTURE_FROM] = {"account": str(account_id), "file": user.avatar, "sha256": seen}
    user.save(update_fields=["avatar"])
    profile.save()
    person_changed(user)
    transaction.on_commit(lambda: avatars.discard(user.pk, old))  # after the firms' copies, which show it until then


def fetch(address: str) -> bytes:
    """The picture, cut square and written anew. Raises NoPicture."""
    host, path = _place(address)
    connection = HeldConnection(host, _public_address(host))
    try:
        connection.request("GET", path, headers={"Accept": ", ".join(sorted(TYPES)), "User-Agent": "Tickmark"})
        return avatars.square(_read(connection.getresponse()))
    except ValidationError as error:
        raise NoPicture(error.messages[0]) from error
    except (OSError, HTTPException) as error:
        raise NoPicture(type(error).__name__) from error
    finally:
        connection.close()


def _place(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise NoPicture("no address") from error
    if parts.scheme != "https" or not parts.hostname or port not in (None, PORT) or "@" in parts.netloc:
        raise NoPicture("not an https address")
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    if not (path.isascii() and path.isprintable() and " " not in path):
        raise NoPicture("no address")
    return parts.hostname, path


def _public_address(host: str) -> str:
    """One that is nobody's private net, this machine or a cloud's own service, and none of the name's others is."""
    try:
        found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoPicture("no such host") from error
    addresses = [ipaddress.ip_address(place[4][0]) for place in found]
    if not addresses or any(not one.is_global or one.is_multicast for one in addresses):
        raise NoPicture("not a public address")
    return str(addresses[0])


def _read(response: HTTPResponse) -> ContentFile:
    kind = response.headers.get_content_type()
    if response.status != 200 or kind not in TYPES:
        raise NoPicture(f"{response.status}, {kind}")
    until, pieces = time.monotonic() + SECONDS, io.BytesIO()
    while piece := response.read1(PIECE):
        pieces.write(piece)
        if pieces.tell() > avatars.LARGEST_BYTES or time.monotonic() > until:
            raise NoPicture("too large or too slow")
    return ContentFile(pieces.getvalue())

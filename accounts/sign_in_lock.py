"""Wrong passwords pause signing in, longer each time; a mailed link lifts the pause, so nobody locks another out.

What a visitor is told depends on the address typed alone, known or not: those tries are counted in the shared cache.
`users` keeps the count and the pause of the account, for operators and against tries by another of its addresses.
"""

import math
import uuid
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User

TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)
#: So many tries at the same moment are told apart.
AT_ONCE = 50
LINK_WORKS_FOR = timedelta(days=1)
COOKIE, COOKIE_LASTS = "known_browser", timedelta(days=90)
SALT = "accounts.sign_in_lock"


def pause_after(failures: int) -> timedelta | None:
    """None, then 5, 10, 20, 40 minutes, then an hour each time."""
    return min(FIRST_PAUSE * 2 ** (failures - TRIES), LONGEST_PAUSE) if failures >= TRIES else None


def tries_key(request: HttpRequest, address: str) -> str:
    """Of an address; of this browser alone where its person has lifted a pause with it."""
    name = _name(address)
    known = _known_browser(request)
    return f"{SALT}:{name}:{known['browser']}" if name in known["addresses"] else f"{SALT}:{name}"


def seconds_left(request: HttpRequest, address: str) -> int:
    """Of the pause of this address, known or not; 0 where there is none."""
    until = _last(tries_key(request, address))["until"]
    return math.ceil(max(0.0, (until - timezone.now()).total_seconds())) if until else 0


def is_paused(request: HttpRequest, address: str) -> bool:
    return seconds_left(request, address) > 0


def is_account_paused(request: HttpRequest, user: User) -> bool:
    until, by_name = user.locked_until, _name(user.email)
    return until is not None and until > timezone.now() and by_name not in _known_browser(request)["addresses"]


def failed(request: HttpRequest, address: str) -> tuple[User | None, datetime | None]:
    """Count a wrong try. Answers whose account it was at, and the end of the pause that begins, if one does."""
    until = _count(tries_key(request, address))
    # The same statements whether the address is known or not.
    user = accounts_of(address).first()
    changed: dict[str, Any] = {"locked_until": until} if until else {}
    User.objects.filter(pk=user.pk if user else uuid.uuid4()).update(
        failed_sign_ins=F("failed_sign_ins") + 1, **changed
    )
    return user, until


def succeeded(request: HttpRequest, address: str, user: User) -> None:
    _forget_tries(tries_key(request, address))
    if user.failed_sign_ins or user.locked_until:
        _forget(user)


def link_token(user: User, until: datetime) -> str:
    return signing.dumps([str(user.pk), until.isoformat()], salt=SALT)


def user_of_link(token: str) -> User | None:
    """Whose pause the link lifts; nobody's once that pause was lifted, or another one began."""
    try:
        pk, until = signing.loads(token, salt=SALT, max_age=LINK_WORKS_FOR)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, locked_until=datetime.fromisoformat(until)).first()


def lift(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """End the pause, and count this browser's tries apart from then on: others can pause only each other."""
    known = signing.dumps({"browser": uuid.uuid4().hex, "addresses": forget(request, user)}, salt=SALT)
    response.set_cookie(
        COOKIE, known, max_age=COOKIE_LASTS, path="/accounts/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def forget(request: HttpRequest, user: User) -> list[str]:
    """Lift every pause of the account, and this browser's own; also after a new password was chosen through the mail."""
    addresses = addresses_of(user)
    names = [_name(address) for address in addresses]
    for key in {f"{SALT}:{name}" for name in names} | {tries_key(request, address) for address in addresses}:
        _forget_tries(key)
        ratelimit.clear(request, app="allauth.account", action="login_failed", key=key)
    _forget(user)
    return names


def addresses_of(user: User) -> list[str]:
    """The confirmed ones: anybody may claim an address without being able to read its mail."""
    return list(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))


def accounts_of(address: str) -> QuerySet[User]:
    confirmed = EmailAddress.objects.filter(email__iexact=address, verified=True)
    return User.objects.filter(pk__in=confirmed.values("user_id"))


def _count(key: str) -> datetime | None:
    """One more wrong try; the end of the pause after it. Each of two at once has a number that nobody else has."""
    first, seconds = _last(key)["failures"] + 1, FORGOTTEN_AFTER.total_seconds()
    for failures in range(first, first + AT_ONCE):
        pause = pause_after(failures)
        until = timezone.now() + pause if pause else None
        counted = {"failures": failures, "until": until}
        if cache.add(f"{key}:{failures}", counted, seconds):
            break
    cache.set(key, counted, seconds)
    return until


def _last(key: str) -> dict[str, Any]:
    """The newest wrong try. At `key` lies one of the newest: of two at once either may have been the later to write."""
    last: dict[str, Any] = cache.get(key) or {"failures": 0, "until": None}
    while later := cache.get(f"{key}:{last['failures'] + 1}"):
        last = later
    return last


def _forget_tries(key: str) -> None:
    cache.delete_many([key, *(f"{key}:{number}" for number in range(1, _last(key)["failures"] + 1))])


def _forget(user: User) -> None:
    User.objects.filter(pk=user.pk).update(failed_sign_ins=0, locked_until=None)


def _name(address: str) -> str:
    return salted_hmac(SALT, address.strip().lower(), algorithm="sha256").hexdigest()


def _known_browser(request: HttpRequest) -> dict[str, Any]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_LASTS)
    except signing.BadSignature:
        return {"browser": "", "addresses": []}

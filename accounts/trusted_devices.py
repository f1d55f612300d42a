"""Devices that are not asked for a second factor again. See docs/adr/0015.

The cookie holds a secret, the table its hash. Each row remembers which password and factors it was made under: change
one of them and no device is trusted any more, wherever the change was made.
"""

import secrets
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.internal.flows.trust import create_config_fingerprint
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import sign_in_trail
from accounts.models import TrustedDevice, User
from accounts.policies import TRUSTED_DEVICE
from accounts.session_store import token_hash
from tenancy.context import current

LASTS = timedelta(days=30)


class SecondFactorStage(AuthenticateStage):
    """allauth's step after the password, spared where the device is trusted."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        answer, goes_on = super().handle()
        if answer is None or not _recognised(self.request, self.login.user):
            return answer, goes_on
        record_authentication(self.request, self.login.user, method=TRUSTED_DEVICE)
        return None, goes_on


def trust(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Remember the browser of a person who has just shown a second factor, in place of what it remembered before."""
    forget(user, TrustedDevice.objects.exclude(pk__in=living(user)))
    if before := of_request(request, user):
        before.delete()
    token, facts = secrets.token_urlsafe(32), current().facts
    TrustedDevice.objects.create(
        user=user, token_hash=token_hash(token), setup=create_config_fingerprint(user),
        ip_address=facts.get("ip"), user_agent=facts.get("agent", "")[:300], expires_at=timezone.now() + LASTS,
    )  # fmt: skip
    response.set_cookie(
        _cookie(user), token, max_age=LASTS, path="/accounts/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    sign_in_trail.write("device_trusted", user)


def living(user: Any) -> QuerySet[TrustedDevice]:
    now_set_up = create_config_fingerprint(user)
    return TrustedDevice.objects.filter(user=user.pk, setup=now_set_up, expires_at__gt=timezone.now())


def of_request(request: HttpRequest, user: Any) -> TrustedDevice | None:
    return living(user).filter(token_hash=token_hash(request.COOKIES.get(_cookie(user)))).first()


def forget(user: Any, devices: QuerySet[TrustedDevice]) -> int:
    """Those of them that are this person's."""
    return devices.filter(user=user.pk).delete()[0]


def forget_others(request: HttpRequest) -> int:
    """All but the one in use: whoever signs a lost device out wants it asked for everything again."""
    here = of_request(request, request.user)
    return forget(request.user, TrustedDevice.objects.exclude(pk=here.pk if here else None))


def _recognised(request: HttpRequest, user: Any) -> bool:
    device = of_request(request, user)
    if device is None:
        return False
    TrustedDevice.objects.filter(pk=device.pk).update(last_used_at=timezone.now())
    return True


def _cookie(user: Any) -> str:
    """One for each person who uses the browser; the name tells nobody who they are."""
    return f"trusted_{salted_hmac('accounts.trusted_devices', str(user.pk), algorithm='sha256').hexdigest()[:16]}"

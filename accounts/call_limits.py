"""How often somebody may ask, counted in the shared cache whichever process answers; and when they may ask again."""

import math
import time
from collections.abc import Mapping

from allauth.account import app_settings
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

APP, ACTION = "tickmark", "api_calls"
#: Where allauth keeps the limits of its pages.
PAGES = "allauth.account"
#: Where none of the limits is found full, since they are counted elsewhere too or have run out just now.
USUAL_WAIT = 60


def seconds_to_wait(request: HttpRequest, who: str) -> int:
    """Counts one more call of a person's programs; 0 where it may go on."""
    limits = settings.API_RATE_LIMITS
    if ratelimit.consume(request, app=APP, action=ACTION, config=limits, key=who, limit_get=True):
        return 0
    rates = ratelimit.get_rates(app=APP, action=ACTION, config=limits)
    return _longest(
        {ratelimit.get_cache_key(request, app=APP, action=ACTION, rate=rate, key=who): rate for rate in rates}
    )


def seconds_until_free(request: HttpRequest) -> int:
    """For a page that was just refused: of the limits this visitor has reached, until the last lets them through."""
    who = request.POST.get("email", "").lower()
    return _longest({
        ratelimit.get_cache_key(request, app=PAGES, action=action, rate=rate, key=who): rate
        for action in app_settings.RATE_LIMITS
        for rate in ratelimit.get_rates(app=PAGES, action=action)
        if rate.per != "user" or request.user.is_authenticated
    })  # fmt: skip


def _longest(limits: Mapping[str, ratelimit.Rate]) -> int:
    """Until the oldest of the calls that fill a limit no longer counts."""
    now, told = time.time(), cache.get_many(limits)
    full = [(told[key], rate) for key, rate in limits.items() if len(told.get(key, ())) >= rate.amount]
    left = [math.ceil(history[-1] + rate.duration - now) for history, rate in full]
    return max(1, *left) if left else USUAL_WAIT

"""How often the programs of one person may ask: counted in the shared cache, whichever process answers."""

import math
import time

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

APP, ACTION = "tickmark", "api_calls"


def seconds_to_wait(request: HttpRequest, who: str) -> int:
    """Counts one more call; 0 where it may go on."""
    limits = settings.API_RATE_LIMITS
    if ratelimit.consume(request, app=APP, action=ACTION, config=limits, key=who, limit_get=True):
        return 0
    now = time.time()
    return max(
        1, *(_left(request, rate, who, now) for rate in ratelimit.get_rates(app=APP, action=ACTION, config=limits))
    )


def _left(request: HttpRequest, rate: ratelimit.Rate, who: str, now: float) -> int:
    """Until the oldest of the calls that fill the limit no longer counts."""
    history = cache.get(ratelimit.get_cache_key(request, app=APP, action=ACTION, rate=rate, key=who), [])
    return math.ceil(history[-1] + rate.duration - now) if len(history) >= rate.amount else 1

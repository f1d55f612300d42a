"""Forms anybody may send. The site has no cookie and no session, so a forged form could do nothing its sender cannot:
what Django's token protects is not there. What another site's page sends is refused all the same, where browsers say so."""

import functools
import ipaddress
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from marketing.frame import draw

View = Callable[..., HttpResponse]


def form_page(*methods: str, from_anywhere: bool = False) -> Callable[[View], View]:
    """`from_anywhere`: mail programs send it, which are no page of ours (RFC 8058)."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            sent = request.method == "POST" and not from_anywhere
            if sent and request.headers.get("Sec-Fetch-Site", "none") == "cross-site":
                return draw(
                    request, "marketing/message.html", status=403, canonical="", alone=True,
                    title="This form was sent from another site", words="Open the page here and send it again.",
                )  # fmt: skip
            return view(request, *args, **kwargs)

        found: Any = login_not_required(csrf_exempt(never_cache(require_http_methods(methods or ("POST",))(wrapper))))
        return found

    return decorate


def sender(request: HttpRequest) -> str:
    """The address; of IPv6 the network, for whoever has one has 2⁶⁴ addresses in it."""
    address = getattr(request, "address", "")
    if ":" not in address:
        return address
    mapped = ipaddress.IPv6Address(address).ipv4_mapped
    return str(mapped or ipaddress.IPv6Network((address, 64), strict=False))

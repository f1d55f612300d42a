"""Which surface a request is for. Everything behind follows: URLs, database role, what the audit trail says."""

import ipaddress
import re
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_script_prefix, set_script_prefix

from tenancy.context import IDENTITY, OPERATOR, audited, surface

#: Path prefix → (surface, group of `SURFACES` that serves it). The first that fits decides.
PREFIXES = {
    "/accounts/profile/": ("person", "app"),
    "/accounts/second-factor/history/": ("person", "app"),
    "/accounts/export/": ("person", "app"),
    "/accounts/deletion/": ("person", "app"),
    "/accounts/": ("identity", "app"),
    "/admin/support/": ("support", "admin"),
    "/admin/": ("operator", "admin"),
    "/api/v1/tokens/": ("identity", "app"),
    "/api/v1/o/": ("organization", "app"),
    "/api/": ("person", "app"),
    "/firms/": ("person", "app"),
    "/invitations/": ("person", "app"),
    "/o/": ("organization", "app"),
    "/portal/": ("portal", "portal"),
    "/mute/": ("site", "app"),
    "/scope/": ("site", "portal"),
    "/webhooks/": ("site", "app"),
    "/dev/": ("site", "app"),
    "/styleguide/": ("site", "app"),
    "/static/": ("site", ""),
    "/health/": ("site", ""),
    "/metrics/": ("site", ""),
}
MOUNTED = re.compile(r"^/(?:o|portal|api/v1/o|admin/support)/(?P<name>[A-Za-z0-9_-]+)(?P<rest>/.*)?$")
#: What stands under no prefix.
PUBLIC_SITE = ("site", "marketing")
ROLES = {"identity": IDENTITY, "operator": OPERATOR, "support": OPERATOR}


class SurfaceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.surface, group = surface_of(request.path_info)
        if group and not is_served(group, request):
            raise Http404("This process does not serve that surface.")
        request.is_api = request.path_info.startswith("/api/")
        request.id, request.address = uuid.uuid4().hex[:12], address(request)
        with ExitStack() as stack:
            stack.enter_context(
                audited(request=request.id, ip=request.address, agent=request.headers.get("User-Agent"))
            )
            if role := ROLES.get(request.surface):
                stack.enter_context(surface(role))
            if request.surface in ("organization", "portal", "support"):
                return self._mounted(request, stack)
            return self.get_response(request)

    def _mounted(self, request: Any, stack: ExitStack) -> HttpResponse:
        """`/o/<slug>/…`, `/portal/<key>/…` and `/admin/support/<slug>/…` become a prefix, as if the pages were installed there."""
        match = MOUNTED.match(request.path_info)
        if match is None:
            raise Http404("Neither a firm nor a portal.")
        if not match["rest"]:
            return HttpResponseRedirect(request.path + "/")
        if request.surface == "portal":
            request.portal_key, request.urlconf = match["name"], settings.PORTAL_URLCONF
        else:
            request.organization_slug = match["name"]
            request.urlconf = settings.API_URLCONF if request.is_api else settings.ORGANIZATION_URLCONF
        stack.callback(set_script_prefix, get_script_prefix())
        set_script_prefix(request.path_info[: match.start("rest")] + "/")
        request.path_info = match["rest"]
        return self.get_response(request)


def surface_of(path: str) -> tuple[str, str]:
    for prefix, found in PREFIXES.items():
        if path.startswith(prefix):
            return found
    return PUBLIC_SITE


def is_served(group: str, request: HttpRequest) -> bool:
    """By this process, and under the name it was asked by. Under a name nobody has listed nothing is."""
    hosts = settings.SURFACE_HOSTS
    return group in settings.SURFACES and (not hosts or group in hosts.get(host_name(request), ()))


def host_name(request: HttpRequest) -> str:
    return request.get_host().rpartition(":")[0] or request.get_host()


def address(request: HttpRequest) -> str:
    """The client's address; behind our own proxy, the last one that proxy wrote."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    found = forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return ""

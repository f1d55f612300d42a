"""A contact's portal: one transaction that sees one firm, opened by the key in the address."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.middleware import finish
from clients.models import ClientContact
from organizations.models import Organization
from portal.cookie import session_of
from portal.lookups import contact_by_portal_key
from portal.models import PortalPreference, PortalSession
from portal.rendering import render_portal
from portal.speaking import language_of, speaking
from portal.views.errors import not_here
from tenancy.context import audited, tenant

SEEN_EVERY = timedelta(minutes=10)
PAUSED = "portal/paused.html"
WORK_ON = {"portal_brand_css", "portal_sign_out"}


class PortalRequest(HttpRequest):
    """A request inside a portal. `holder` is whose portal it is, `contact` the same person once signed in."""

    portal_key: str
    organization: Organization
    holder: ClientContact
    contact: ClientContact
    contact_session: PortalSession | None


class PortalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if getattr(request, "surface", "") != "portal":
            return self.get_response(request)
        address = contact_by_portal_key(request.portal_key)
        if address is None:
            return not_here(request)
        with tenant(address.organization_id):
            return self._inside(request, address.contact_id)

    def _inside(self, request: Any, contact_id: uuid.UUID) -> HttpResponse:
        contacts = ClientContact.objects.with_portal().filter(client__deleted_at=None)
        holder = contacts.select_related("client", "organization").filter(pk=contact_id).first()
        if holder is None:
            return not_here(request)
        request.holder, request.organization = holder, holder.organization
        request.contact_session = session_of(request, holder)
        request.contact = holder if request.contact_session else None
        # Before sign-in nobody has shown that they are the contact, so the trail does not say so.
        actor = {"contact": holder.pk, "name": holder.name} if request.contact else {"portal_of": holder.pk}
        with audited(**actor), timezone.override(request.organization.zone), self._speaking(request):
            self._seen(request)
            return finish(request, self.get_response(request))

    @staticmethod
    def _speaking(request: Any) -> AbstractContextManager[None]:
        """Before sign-in the contact's preferences are nobody's business: the browser decides, then the firm."""
        preference = PortalPreference.of(request.contact) if request.contact else None
        language = language_of(preference, accepted=request.headers.get("Accept-Language", ""))
        return speaking(language, zone=preference.timezone if preference else "")

    def process_view(self, request: Any, *args: Any) -> HttpResponse | None:
        """The portals of a firm that operators have suspended show one page; signing out works on."""
        if not hasattr(request, "holder") or not request.organization.is_suspended:
            return None
        return None if request.resolver_match.url_name in WORK_ON else render_portal(request, PAUSED, status=403)

    @staticmethod
    def _seen(request: Any) -> None:
        """Reading pages only: an upload would keep the contact's row locked as long as it lasts."""
        session, now = request.contact_session, timezone.now()
        if session is None or request.method != "GET" or now - session.last_seen_at < SEEN_EVERY:
            return
        PortalSession.objects.filter(pk=session.pk).update(last_seen_at=now)
        ClientContact.objects.filter(pk=request.contact.pk).update(last_seen_at=now)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        request.failed = True  # type: ignore[attr-defined]

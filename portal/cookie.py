"""The cookie of a signed-in browser: for one contact's portal address and no other."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clients.models import ClientContact
from organizations.mounts import portal_url
from portal.models import PortalSession
from portal.secrets import secret_hash


def session_of(request: HttpRequest, contact: ClientContact) -> PortalSession | None:
    """The live session the browser shows, if it is this contact's."""
    value = request.COOKIES.get(settings.PORTAL_COOKIE_NAME)
    if not value:
        return None
    return PortalSession.objects.live().filter(contact=contact, token_hash=secret_hash(value)).first()


def set_cookie(response: HttpResponse, session: PortalSession, value: str) -> None:
    response.set_cookie(
        settings.PORTAL_COOKIE_NAME, value, expires=session.expires_at, path=_path(session.contact), httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip


def clear_cookie(response: HttpResponse, contact: ClientContact) -> None:
    response.delete_cookie(settings.PORTAL_COOKIE_NAME, path=_path(contact), samesite="Lax")


def _path(contact: ClientContact) -> str:
    return portal_url(contact.portal_key, "portal_entry")

"""Who walks which surface: an owner the firm's pages, a contact the portal, a program the API."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.test import Client as Browser
from django.utils import timezone

from bench.load import Size
from bench.pages import Page, Visitor, firm_of
from bench.walk import Walk, objects_of

SECRET = "a-secret-of-the-bench"  # noqa: S105
LATER = timedelta(days=1)


def surfaces(size: Size) -> list[Walk]:
    staff = Visitor(size, "owner")
    objects = objects_of(staff)
    return [
        Walk(staff, settings.ORGANIZATION_URLCONF, objects),
        Walk(Contact(size, objects), settings.PORTAL_URLCONF, objects),
        Calls(Program(size), settings.API_URLCONF, objects),
    ]


class Contact(Visitor):
    """Whom the client of these objects is asked through, in the portal."""

    def __init__(self, size: Size, objects: dict[str, Any]) -> None:
        from clients.models import ClientContact
        from portal.models import PortalSession
        from tenancy.context import tenant

        self.size = size
        with tenant(size.id):
            contact = ClientContact.objects.get(pk=objects["contact_id"])
            PortalSession.objects.create(
                contact=contact, token_hash=sha256(SECRET.encode()).digest(), expires_at=timezone.now() + LATER
            )
        self.mount = f"/portal/{contact.portal_key}/"
        self.browser = Browser(headers={"host": "localhost"})
        self.browser.cookies[settings.PORTAL_COOKIE_NAME] = SECRET

    def url(self, view: str, **kwargs: Any) -> str:
        return self.mounted(settings.PORTAL_URLCONF, view, kwargs)


class Program(Visitor):
    """What acts for an owner, with all that an owner may do."""

    def __init__(self, size: Size) -> None:
        from accounts.models import User
        from organizations.models import AccessToken
        from organizations.permissions import Permission
        from tenancy.context import IDENTITY, surface, tenant

        self.size = size
        self.organization, owner = firm_of(size, "owner")
        self.mount = f"/api/v1/o/{self.organization.slug}/"
        token = f"tickmark_{SECRET}"
        with surface(IDENTITY):
            password = User.objects.get(pk=owner.user_id).get_session_auth_hash()
        with tenant(size.id):
            AccessToken.objects.create(
                member=owner, name="Bench", token_hash=sha256(token.encode()).digest(),
                permissions=[permission.value for permission in Permission],
                sign_in={HASH_SESSION_KEY: password}, expires_at=timezone.now() + LATER,
            )  # fmt: skip
        self.browser = Browser(headers={"host": "localhost", "authorization": f"Bearer {token}"})

    def url(self, view: str, **kwargs: Any) -> str:
        return self.mounted(settings.API_URLCONF, view, kwargs)


class Calls(Walk):
    """A program finds no form: it sends what the API's own document says."""

    def presses(self) -> Iterator[Page]:
        session = {"scoping_id": self.objects["scoping_id"]}
        for name, verb, view, arguments, body in (
            ("make a session", "post", "api_session_list", {}, {"title": "Made by a program"}),
            ("change a session", "patch", "api_session", session, {"title": "Changed by a program"}),
            ("delete a session", "delete", "api_session", session, None),
        ):
            ask, address = getattr(self.visitor.browser, verb), self.visitor.url(view, **arguments)
            sent = {"data": body, "content_type": "application/json", "headers": {"If-Match": "*"}}
            page = self.visitor.recorded(f"API: {name}", lambda ask=ask, at=address, sent=sent: ask(at, **sent))
            yield replace(page, posted=True)

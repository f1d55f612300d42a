"""One firm of the cast, the cast, and what a test may ask of them."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client as Browser

from accounts.models import User
from clients.models import Client
from organizations.models import Membership, Organization
from organizations.mounts import organization_url, portal_url
from tenancy.context import tenant


@dataclass
class Firm:
    """One firm's people and rows. `bakery` is its client, `ana` the contact who answers."""

    organization: Organization
    members: dict[str, Membership]
    rows: dict[str, Any] = field(default_factory=dict)
    portal_cookie: str = ""
    link_token: str = ""
    invitation_token: str = ""
    bearer: str = ""
    share_secret: str = ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        for found in (self.__dict__.get("members", {}), self.__dict__.get("rows", {})):
            if name in found:
                return found[name]
        raise AttributeError(name)

    @property
    def living_clients(self) -> list[Client]:
        return [row for row in self.rows.values() if isinstance(row, Client) and not row.deleted_at]

    def url(self, name: str, **kwargs: Any) -> str:
        return organization_url(self.organization.slug, name, **kwargs)

    def portal(self, name: str, **kwargs: Any) -> str:
        return portal_url(self.ana.portal_key, name, **kwargs)

    def inside(self, member: Membership | None = None) -> Any:
        """`with cast.ours.inside():` sees the firm's rows, as the firm's code does."""
        return tenant(self.organization, user=(member or self.members["owner"]).user_id)


@dataclass
class Cast:
    ours: Firm
    theirs: Firm
    stranger: User
    operator: User
    sessions: dict[Any, str] = field(default_factory=dict)

    def browser(self, person: Membership | User) -> Browser:
        """In which this person has been signed in all along: for tests of pages, by the thousand. Others `sign_in()`."""
        browser = Browser()
        browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[getattr(person, "user_id", person.pk)]
        return browser

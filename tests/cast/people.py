"""Who works in a firm, and how they come in."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.utils import timezone

from accounts import avatars
from accounts.models import User, UserSession
from organizations.models import (
    AccessToken,
    CustomRole,
    Membership,
    MembershipRole,
    OrganizationDomain,
    SupportGrant,
    VerifiedDomain,
)
from tenancy.context import IDENTITY, surface
from tests.cast.browsers import signed_in
from tests.cast.firm import Firm

PASSWORD = "correct horse battery staple"
ROLES = ("owner", "admin", "member", "viewer", "billing")


def make_user(email: str, name: str, **fields: Any) -> User:
    from allauth.account.models import EmailAddress

    with surface(IDENTITY):
        user = User.objects.create_user(email, PASSWORD, full_name=name, first_name=name.split()[0], **fields)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def open_sessions(people: list[Membership | User]) -> dict[Any, str]:
    """Seen tomorrow, so that no visit of today's writes when it was."""
    cookies = {getattr(person, "user_id", person.pk): signed_in(person).cookies for person in people}
    with surface(IDENTITY):
        UserSession.objects.update(last_seen_at=timezone.now() + timedelta(days=1))
    return {key: found[settings.SESSION_COOKIE_NAME].value for key, found in cookies.items()}


def add_picture(member: Membership) -> None:
    """Of which only the firm's pages know: a page that shows it needs one that is there."""
    member.avatar = avatars.keep(member.user_id, b"RIFF\x04\x00\x00\x00WEBP")
    member.save(update_fields=["avatar"])


def add_role(firm: Firm) -> None:
    """A role of the firm's own. It gives its holder nothing that their built-in role does not."""
    role = CustomRole.objects.create(name=f"Seniors of {firm.organization.slug}", permissions=["review_requests"])
    held = MembershipRole.objects.create(member=firm.members["member"], role=role)
    firm.rows |= {"custom_role": role, "held_role": held}


def add_domain(firm: Firm) -> None:
    """A proven domain nobody in the cast has an address on; whoever has one waits to be let in."""
    domain = f"staff-{firm.organization.slug}.example"
    firm.rows["domain"] = OrganizationDomain.objects.create(
        domain=domain, auto_join_role="member", verified_at=timezone.now(), created_by=firm.members["admin"]
    )
    VerifiedDomain.objects.create(domain=domain, organization_id=firm.organization.pk)


def add_support(firm: Firm) -> None:
    """Somebody of the platform asks to look in; nobody has answered."""
    firm.rows["support_grant"] = SupportGrant.objects.create(
        operator_id=uuid4(), operator_name="Otto Operator", reason="Reminders do not arrive."
    )


def add_access_token(firm: Firm) -> None:
    """Of the admin, for reading clients."""
    firm.bearer = f"tickmark_access-token-of-{firm.organization.slug}"
    admin = firm.members["admin"]
    firm.rows["access_token"] = AccessToken.objects.create(
        member=admin, name="Month-end script", token_hash=sha256(firm.bearer.encode()).digest(),
        permissions=["view_clients"], sign_in={HASH_SESSION_KEY: admin.user.get_session_auth_hash()},
        expires_at=timezone.now() + timedelta(days=90),
    )  # fmt: skip

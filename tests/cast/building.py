"""Both firms, made in one transaction."""

from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from audit import chain
from audit.models import AuditLog
from organizations.models import Invitation, Membership, Organization
from tenancy.context import tenant
from tests.cast.billing import add_plan, add_usage
from tests.cast.clients import add_client, add_client_rows, add_documents, add_requests
from tests.cast.firm import Cast, Firm
from tests.cast.people import (
    ROLES,
    add_access_token,
    add_domain,
    add_picture,
    add_role,
    add_support,
    make_user,
    open_sessions,
)
from tests.cast.portal import add_portal
from tests.cast.talk import add_conversation
from tests.cast.work import add_scoping, add_tasks
from tests.cast.workpapers import add_binder


def build_cast() -> Cast:
    with transaction.atomic():
        cast = Cast(
            ours=build_firm("Harcourt & Pell LLP", "harcourt"),
            theirs=build_firm("Okafor Bookkeeping", "okafor"),
            stranger=make_user("stranger@nowhere.example", "Sam Stranger"),
            operator=make_user("operator@tickmark.example", "Olga Operator", is_operator=True),
        )
        cast.sessions = open_sessions([*cast.ours.members.values(), *cast.theirs.members.values(), cast.stranger])
        return cast


def build_firm(name: str, slug: str) -> Firm:
    users = {role: make_user(f"{role}@{slug}.example", f"{role.title()} {slug.title()}") for role in ROLES}
    organization = Organization(id=uuid7(), name=name, slug=slug)
    with tenant(organization.pk, user=users["owner"].pk):
        organization.save(force_insert=True)
        members = {
            role: Membership.objects.create(
                user=user, display_name=user.full_name, email=user.email, role=role, joined_at=timezone.now()
            )
            for role, user in users.items()
        }
        add_picture(members["viewer"])
        firm = Firm(organization, members)
        add_role(firm)
        add_client(firm)
        add_client_rows(firm)
        add_requests(firm)
        add_documents(firm)
        add_portal(firm)
        add_conversation(firm)
        add_binder(firm)
        add_tasks(firm)
        add_scoping(firm)
        firm.invitation_token = f"invitation-token-of-{slug}"
        firm.rows["invitation"] = Invitation.objects.create(
            email=f"newcomer@{slug}.example",
            role="member",
            token_hash=sha256(firm.invitation_token.encode()).digest(),
            expires_at=timezone.now() + timedelta(days=14),
            invited_by=members["admin"],
        )
        add_domain(firm)
        add_plan(firm)
        add_usage(firm)
        add_access_token(firm)
        add_support(firm)
        chain.check()
        firm.rows["audit_line"] = AuditLog.objects.filter(resource_type="requests").order_by("created_at", "id").first()
    return firm

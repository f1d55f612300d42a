"""How a firm arranges itself: roles of its own, the domain its people write from, and somebody who waits to be let in."""

from django.utils import timezone

from config.demo.people import ensure_user
from config.demo.specs import FirmSpec
from organizations.models import CustomRole, Membership, MembershipRole, OrganizationDomain, VerifiedDomain


def add_house(spec: FirmSpec, members: dict[str, Membership], owner: Membership) -> None:
    for role in spec.roles:
        made = CustomRole.objects.create(
            name=role.name, description=role.description, permissions=sorted(role.allows), created_by=owner
        )
        for email in role.held_by:
            MembershipRole.objects.create(member=members[email], role=made, created_by=owner)
    if spec.domain:
        OrganizationDomain.objects.create(
            domain=spec.domain, auto_join_role="member", verified_at=timezone.now(), created_by=owner
        )
        VerifiedDomain.objects.create(domain=spec.domain, organization_id=owner.organization_id)
    if person := spec.waiting:
        user, _ = ensure_user(person)
        Membership.objects.create(
            user=user, display_name=person.name, email=person.email, joined_as=person.email,
            role=person.role, status=Membership.Status.PENDING,
        )  # fmt: skip

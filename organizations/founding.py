"""Creating a firm. The context is set to the new id, and the policies accept the firm and its first membership."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import User
from organizations.lookups import organization_by_slug
from organizations.models import Membership, Organization
from organizations.reserved import RESERVED_SLUGS
from tenancy.context import tenant


class AddressTaken(Exception):
    """Another firm has this address; `suggestion` is free."""

    def __init__(self, slug: str) -> None:
        self.suggestion = free_slug(slug)
        super().__init__(f"“{slug}” is taken. “{self.suggestion}” is free.")


def free_slug(slug: str) -> str:
    """The first of slug, slug-2, slug-3 … that no firm has."""
    candidates = [slug, *(f"{slug[:44].rstrip('-')}-{number}" for number in range(2, 100))]
    return next(c for c in candidates if c not in RESERVED_SLUGS and organization_by_slug(c) is None)


def found(organization: Organization, *, by: User) -> Membership:
    """Save a new firm with `by` as its owner. Raises AddressTaken."""
    organization.pk = uuid7()
    try:
        with transaction.atomic(), tenant(organization.pk, user=by.pk):
            organization.save(force_insert=True)
            return Membership.objects.create(
                user=by, display_name=by.full_name or by.email, email=by.email, role="owner", joined_at=timezone.now()
            )
    except IntegrityError as error:
        if "slug" not in str(error):
            raise
        raise AddressTaken(organization.slug) from error

"""Creating a firm. The context is set to the new id, and the policies accept the firm and its first membership."""

from collections.abc import Callable, Collection

from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import User
from organizations.addresses import AddressTaken, claim
from organizations.logos import keep_logo
from organizations.models import Membership, Organization
from tenancy.context import tenant

#: What a firm can do for its clients, as it is asked where it is made.
PRACTICES = {"accounting": "Accounting", "audit": "Audit", "tax": "Tax", "consulting": "Consulting"}
#: Told inside a firm that has just been made.
on_founded: list[Callable[[], object]] = []
#: Told after that what it does and who its owner is: they put in what such firms begin with.
on_practices: list[Callable[[Collection[str], Membership], object]] = []


def found(organization: Organization, *, by: User, logo: bytes = b"", practices: Collection[str] = ()) -> Membership:
    """Save a new firm with `by` as its owner. Raises AddressTaken."""
    organization.pk = uuid7()
    try:
        with transaction.atomic(), tenant(organization.pk, user=by.pk):
            if not claim(organization.slug):
                raise AddressTaken(organization.slug)
            organization.save(force_insert=True)
            owner = Membership.objects.create(
                user=by, display_name=by.full_name or by.email, email=by.email, joined_as=by.email, avatar=by.avatar,
                role="owner", joined_at=timezone.now(),
            )  # fmt: skip
            if logo:
                keep_logo(organization, logo)
            for tell in on_founded:
                tell()
            for begin in on_practices:
                begin(practices, owner)
            return owner
    except IntegrityError as error:
        if "slug" not in str(error):
            raise
        raise AddressTaken(organization.slug) from error

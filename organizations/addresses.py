"""A firm's address, and those it had: links to a former one lead on, for members, and no other firm gets it."""

import secrets
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect

from organizations.lookups import my_firm_by_former_slug, organization_of_slug
from organizations.models import OrganizationSlug
from organizations.reserved import RESERVED_SLUGS
from tenancy.context import acting_as, current_tenant_id

MOUNT, API_MOUNT = "/o/{}/", "/api/v1/o/{}/"


class AddressTaken(Exception):
    """Another firm has or had this address; `suggestion` is free."""

    def __init__(self, slug: str) -> None:
        self.suggestion = free_slug(slug)
        super().__init__(f"“{slug}” is taken. “{self.suggestion}” is free.")


def free_slug(slug: str) -> str:
    """The first of slug, slug-2, slug-3 … that no firm has or had; after a hundred of them, one with a random end."""
    candidates = [slug, *(f"{slug[:44].rstrip('-')}-{number}" for number in range(2, 100))]
    free = (c for c in candidates if c not in RESERVED_SLUGS and organization_of_slug(c) is None)
    return next(free, f"{slug[:39].rstrip('-')}-{secrets.token_hex(4)}")


def claim(*slugs: str) -> bool:
    """Make addresses the firm's for good, in the firm's transaction; False where another firm has one of them.

    Two firms that want one at the same moment meet at the key: the second waits for the first and then finds it gone.
    """
    wanted = sorted(set(slugs))
    rows = [OrganizationSlug(slug=slug, organization_id=current_tenant_id()) for slug in wanted]
    OrganizationSlug.objects.bulk_create(rows, ignore_conflicts=True)
    return OrganizationSlug.objects.filter(slug__in=wanted).count() == len(wanted)  # others' rows are not seen


def moved(request: Any, user_id: str) -> HttpResponse | None:
    """Where a link to a former address leads a member of the firm; nowhere for anybody else."""
    if request.method not in ("GET", "HEAD"):
        return None
    with acting_as(user_id):
        slug = my_firm_by_former_slug(request.organization_slug) if request.user.is_authenticated else None
    return _lead_to(request, slug) if slug else None


def _lead_to(request: Any, slug: str) -> HttpResponse:
    mount = API_MOUNT if request.is_api else MOUNT
    former = mount.format(request.organization_slug)
    response = HttpResponseRedirect(mount.format(slug) + request.get_full_path().removeprefix(former))
    # Permanent, but not kept: the answer is for this person, and a firm may take its former address back.
    response.status_code = HTTPStatus.MOVED_PERMANENTLY
    response["Cache-Control"] = "private, no-store"
    return response

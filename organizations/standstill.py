"""A firm that operators have suspended: its jobs do nothing, and each of its pages says so and who to ask."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from organizations.lookups import my_organizations
from organizations.models import Membership, Organization
from organizations.models.membership import Role
from organizations.mounts import root_url

#: Of the person, in no firm.
OWN_PAGES = (
    ("your profile", "profile"), ("security and devices", "mfa_index"), ("email addresses", "account_email"),
    ("export my data", "data_export"), ("delete the account", "account_deletion"),
)  # fmt: skip


def is_suspended() -> bool:
    """Of the firm this code runs in."""
    return Organization.objects.filter(status=Organization.Status.SUSPENDED).exists()


def who_answers() -> str:
    """Tickmark's own address, for the owners of a closed firm."""
    return parseaddr(settings.CONTACT_MAIL)[1]


def closed_page(request: Any) -> HttpResponse:
    """The one page of a suspended firm. One's other firms, one's account and its data stay within reach."""
    context = {
        "is_owner": request.member.role == Role.OWNER,
        "owners": Membership.objects.owners().order_by("display_name", "pk"),
        "who_answers": who_answers(),
        "has_other_firms": len(my_organizations()) > 1,
        "own_pages": [(words, root_url(name)) for words, name in OWN_PAGES],
    }
    return render(request, "organizations/firm/suspended.html", context, status=403)

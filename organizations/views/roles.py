from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.models.membership import Role
from organizations.permissions import PERMISSION_GROUPS, ROLE_PERMISSIONS, Permission
from organizations.views.members import member_counts


@require_safe
@requires(Permission.VIEW_MEMBERS)
def role_matrix(request: OrganizationRequest) -> HttpResponse:
    """What each role may do, printed from the table the guards read."""
    held = list(Membership.objects.values_list("role", flat=True))
    groups = [
        (title, [(words, [permission in ROLE_PERMISSIONS[role] for role in Role.values]) for permission, words in rows])
        for title, rows in PERMISSION_GROUPS
    ]
    roles = [(role.label, held.count(role.value)) for role in Role]
    return render(
        request,
        "organizations/role/matrix.html",
        {"roles": roles, "groups": groups, **member_counts(), "is_roles": True},
    )

"""What each role may do, on one page; the firm's own roles are changed in it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from organizations import role_changes
from organizations.access import requires
from organizations.forms.role_matrix import BuiltInRole, Cell, RoleCells
from organizations.member_changes import ChangeRefused
from organizations.middleware import OrganizationRequest
from organizations.models import CustomRole, Membership, MembershipRole
from organizations.models.membership import Role
from organizations.permissions import PERMISSION_GROUPS, Permission
from organizations.views.members import member_counts


class Row(NamedTuple):
    permission: Permission
    words: str
    built_in: list[Cell]
    own: list[tuple[RoleCells, Cell]]


@require_safe
@requires(Permission.VIEW_MEMBERS)
def role_matrix(request: OrganizationRequest) -> HttpResponse:
    return _page(request, _columns(request))


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def role_permissions(request: OrganizationRequest) -> HttpResponse:
    """Every role that was changed is saved, or none is."""
    columns = _columns(request, request.POST)
    if not all(column.is_valid() for column in columns):
        return _page(request, columns, refusal="Choose among the permissions of the table.")
    changed = {column.role: column.changes() for column in columns if any(column.changes())}
    try:
        with transaction.atomic():
            for role, (added, removed) in changed.items():
                role_changes.change_permissions(role, add=added, remove=removed, by=request.member)
    except ChangeRefused as refused:
        return _page(request, columns, refusal=str(refused))
    names = " and ".join(str(role) for role in changed)
    messages.success(request, f"{names} saved" if changed else "Nothing was changed")
    return redirect("role_matrix")


def _columns(request: OrganizationRequest, data: Mapping[str, Any] | None = None) -> list[RoleCells]:
    roles = CustomRole.objects.order_by("name", "id")
    if data is not None:
        roles = roles.select_for_update(of=("self",))
    holders: dict[UUID, dict[int, str]] = defaultdict(dict)
    numbers: dict[UUID, int] = {}
    held = MembershipRole.objects.filter(member__deleted_at=None).values_list("role_id", "member_id", "member__role")
    for role, member, held_by in held:
        holders[role][numbers.setdefault(member, len(numbers))] = held_by
    return [RoleCells(data, role=role, holders=holders[role.pk], member=request.member) for role in roles]


def _page(request: OrganizationRequest, own: list[RoleCells], refusal: str = "") -> HttpResponse:
    held = Counter(Membership.objects.settled().values_list("role", flat=True))
    built_in = [BuiltInRole(name) for name in Role.values]
    groups = [(title, [_row(*permission, built_in, own) for permission in rows]) for title, rows in PERMISSION_GROUPS]
    context = {
        "roles": [(role.label, held[role.value]) for role in Role],
        "own": own,
        "is_editable": any(column.is_editable for column in own),
        "width": 1 + len(built_in) + len(own),
        "groups": groups,
        "refusal": refusal,
        **member_counts(),
        "is_roles": True,
    }
    return render(request, "organizations/role/matrix.html", context, status=422 if refusal else 200)


def _row(permission: Permission, words: str, built_in: list[BuiltInRole], own: list[RoleCells]) -> Row:
    return Row(
        permission,
        words,
        [column.cell(permission) for column in built_in],
        [(column, column.cell(permission)) for column in own],
    )

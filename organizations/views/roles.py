from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit.log import record
from organizations import role_changes
from organizations.access import needs_plan, requires
from organizations.csv_download import csv_download
from organizations.forms.role import RoleForm
from organizations.member_changes import ChangeRefused
from organizations.middleware import OrganizationRequest
from organizations.models import CustomRole, Membership
from organizations.permissions import PERMISSION_GROUPS, Permission
from organizations.views.members import member_counts


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_MEMBERS)
@needs_plan("custom_roles")
def role_create(request: OrganizationRequest) -> HttpResponse:
    form = RoleForm(request.POST or None, member=request.member)
    if form.is_valid() and form.saved():
        messages.success(request, f"{form.instance} added")
        return redirect("role_matrix")
    context = {"form": form, **member_counts(), "is_roles": True}
    return render(request, "organizations/role/form.html", context, status=form.error_status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_MEMBERS)
@needs_plan("custom_roles")
def role_update(request: OrganizationRequest, role_id: UUID) -> HttpResponse:
    roles = CustomRole.objects.all()
    role = get_object_or_404(roles.select_for_update(of=("self",)) if request.POST else roles, pk=role_id)
    try:
        role_changes.check_may_change(role, by=request.member)
    except ChangeRefused as refused:
        return _refused(request, refused)
    name, form = role.name, RoleForm(request.POST or None, instance=role, member=request.member)
    if form.is_valid() and role_changes.saved(role, form.saved):
        messages.success(request, f"{role} saved")
        return redirect("role_matrix")
    context = {"form": form, "role": role, "name": name, **member_counts(), "is_roles": True}
    return render(request, "organizations/role/form.html", context, status=form.error_status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_MEMBERS)
def role_removal(request: OrganizationRequest, role_id: UUID) -> HttpResponse:
    """Says who holds the role before it goes."""
    role = get_object_or_404(CustomRole, pk=role_id)
    if request.method != "POST":
        holders = Membership.objects.filter(held_roles__role=role).order_by("display_name", "id")
        context = {"role": role, "holders": holders, **member_counts(), "is_roles": True}
        return render(request, "organizations/role/removal.html", context)
    try:
        role_changes.delete_role(role, by=request.member)
    except ChangeRefused as refused:
        return _refused(request, refused)
    messages.success(request, f"{role} deleted")
    return redirect("role_matrix")


@require_safe
@requires(Permission.VIEW_MEMBERS)
def role_export(request: OrganizationRequest) -> HttpResponse:
    """Everybody in the firm, their roles, and what each permission comes to; asking for it is on record."""
    members = list(Membership.objects.with_roles().order_by("display_name", "id"))
    record("exported", request.organization, what="roles", rows=len(members))
    headers = [
        "Name",
        "E-mail",
        "State",
        "Role",
        "Own roles",
        *(words for _, rows in PERMISSION_GROUPS for _, words in rows),
    ]
    return csv_download("roles.csv", headers, (_export_row(member) for member in members))


def _export_row(member: Membership) -> list[str]:
    asked = [permission for _, rows in PERMISSION_GROUPS for permission, _ in rows]
    names = ", ".join(role.name for role in member.custom_roles)
    return [
        member.display_name, member.email, member.get_status_display(), member.get_role_display(), names,
        *("yes" if member.can(permission) else "no" for permission in asked),
    ]  # fmt: skip


def _refused(request: OrganizationRequest, refused: ChangeRefused) -> HttpResponse:
    messages.error(request, str(refused))
    return redirect("role_matrix")

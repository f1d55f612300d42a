"""One member: what they may do and why, the firm's own roles they hold, and what is theirs alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from organizations import role_changes
from organizations.access import requires
from organizations.changing import kept
from organizations.forms.role import HeldRolesForm, OverridesForm
from organizations.middleware import OrganizationRequest
from organizations.models import AccessToken, Membership
from organizations.permission_sources import source
from organizations.permissions import PERMISSION_GROUPS, Permission
from organizations.views.members import member_counts


@require_safe
@requires(Permission.VIEW_MEMBERS)
def member_detail(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    return _page(request, _member(member_id))


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def member_roles(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    person = _member(member_id)
    form = HeldRolesForm(request.POST, member=person)
    if not kept(form, lambda: role_changes.assign_roles(person, form.cleaned_data["roles"], by=request.member)):
        return _page(request, _member(member_id), roles_form=form)
    messages.success(request, f"Roles of {person} saved")
    return redirect("member_detail", member_id=person.pk)


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def member_overrides(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    person = _member(member_id)
    form = OverridesForm(request.POST, member=person)
    if not kept(form, lambda: role_changes.override(person, form.overrides, by=request.member)):
        return _page(request, _member(member_id), overrides_form=form)
    messages.success(request, f"Permissions of {person} saved")
    return redirect("member_detail", member_id=person.pk)


def _member(member_id: UUID) -> Membership:
    return get_object_or_404(Membership, pk=member_id)


def _page(request: OrganizationRequest, person: Membership, **forms: Any) -> HttpResponse:
    groups = [
        (title, [(words, person.can(permission), source(person, permission)) for permission, words in rows])
        for title, rows in PERMISSION_GROUPS
    ]
    context = {
        "person": person,
        "groups": groups,
        "manageable": request.member.may_manage(person),
        "tokens": AccessToken.objects.living().filter(member=person).order_by("-created_at", "-pk"),
        "roles_form": HeldRolesForm(member=person),
        "overrides_form": OverridesForm(member=person),
        **member_counts(),
        "is_members": True,
        **forms,
    }
    return render(request, "organizations/member/detail.html", context, status=422 if forms else 200)

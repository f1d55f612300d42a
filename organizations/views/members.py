from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import avatars
from look.paging import keyset_page
from organizations import member_changes
from organizations.access import any_member, requires
from organizations.changing import told
from organizations.lookups import members_second_factors
from organizations.member_changes import ChangeRefused
from organizations.middleware import OrganizationRequest
from organizations.models import Invitation, Membership
from organizations.models.membership import Role
from organizations.mounts import root_url
from organizations.open_work import amounts
from organizations.permissions import Permission
from organizations.seats import seats_free
from organizations.second_factor_reminders import who_lacks_one
from organizations.sign_in_lines import LOOKED_BACK, last_sign_ins
from organizations.sign_in_policy import SignInPolicy

#: GET asks, POST does it.
ASKS_FIRST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(Permission.VIEW_MEMBERS)
def member_list(request: OrganizationRequest) -> HttpResponse:
    query, role = request.GET.get("q", "").replace("\0", "").strip()[:100], request.GET.get("role", "")
    members = Membership.objects.settled()
    if query:
        members = members.filter(display_name__icontains=query) | members.filter(email__icontains=query)
    if role in Role.values:
        members = members.filter(role=role)
    me, grantable = request.member, dict(request.member.grantable_roles())
    manages = me.can(Permission.MANAGE_MEMBERS)
    secured = members_second_factors() if manages else set()
    page = keyset_page(members.with_roles(), ("display_name", "id"), request.GET)
    reads_the_trail = manages and me.can(Permission.VIEW_AUDIT_LOG)
    signed_in = last_sign_ins(page.rows) if reads_the_trail else {}
    rows = [
        {
            "member": member, "manageable": me.may_manage(member), "choices": _choices(member, me, grantable),
            "is_secured": member.pk in secured, "signed_in_at": signed_in.get(member.pk),
        }
        for member in page.rows
    ]  # fmt: skip
    context = {
        "rows": rows,
        "page": page,
        "query": query,
        "role": role,
        "roles": Role.choices,
        "can_transfer": me.can(Permission.TRANSFER_OWNERSHIP) and me.role == Role.OWNER,
        "can_manage": manages,
        "reads_the_trail": reads_the_trail,
        "looked_back": LOOKED_BACK.days,
        "looked_back_to": timezone.now() - LOOKED_BACK,
        "mfa_from": SignInPolicy.of(request.organization).mfa_from,
        "lacking": who_lacks_one(request.organization) if manages else [],
        "today": timezone.localdate(),
        "waiting": _waiting(me),
        **member_counts(),
        "is_members": True,
    }
    return render(request, "organizations/member/list.html", context)


@require_safe
@any_member
def member_picture(request: OrganizationRequest, member_id: UUID, file: str) -> HttpResponseBase:
    """The picture of a member of this firm; `file` only makes the address new with every picture."""
    member = get_object_or_404(Membership, pk=member_id)
    return avatars.answer(member.user_id, member.avatar)


def _choices(member: Membership, me: Membership, grantable: Mapping[str, str]) -> list[tuple[str, str]]:
    """The role the member has and those I may give instead; empty where there is nothing to choose."""
    if not me.may_manage(member) or not set(grantable) - {member.role}:
        return []
    return [(value, label) for value, label in Role.choices if value in grantable or value == member.role]


def _waiting(me: Membership) -> list[Membership]:
    """Who has asked to join, for somebody who may answer."""
    if not me.can(Permission.MANAGE_MEMBERS):
        return []
    return list(Membership.objects.waiting().order_by("created_at", "id"))


def member_counts() -> dict[str, int | None]:
    return {
        "member_count": Membership.objects.settled().count(),
        "invited_count": Invitation.objects.pending().count(),
        "seats_free": seats_free(),
    }


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def member_role(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    member = get_object_or_404(Membership, pk=member_id)
    role = request.POST.get("role", "")
    return _changed(
        request, lambda: member_changes.change_role(member, role, by=request.member),
        lambda: f"{member} is now {member.get_role_display().lower()}",
    )  # fmt: skip


@ASKS_FIRST
@requires(Permission.MANAGE_MEMBERS)
def member_suspension(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    member = get_object_or_404(Membership, pk=member_id)
    if request.method != "POST":
        return _asked(request, "suspension", member, request.member.may_manage(member))
    return _changed(
        request, lambda: member_changes.suspend(member, by=request.member), lambda: f"{member} is suspended"
    )


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def member_reinstatement(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    member = get_object_or_404(Membership, pk=member_id)
    return _changed(
        request, lambda: member_changes.reinstate(member, by=request.member), lambda: f"{member} may sign in again"
    )


@ASKS_FIRST
@requires(Permission.MANAGE_MEMBERS)
def member_removal(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    member = get_object_or_404(Membership, pk=member_id)
    if request.method != "POST":
        return _asked(request, "removal", member, request.member.may_manage(member))
    return _changed(
        request, lambda: member_changes.remove(member, by=request.member), lambda: f"{member} was removed from the firm"
    )


@ASKS_FIRST
@any_member
def member_leaving(request: OrganizationRequest) -> HttpResponse:
    if request.method != "POST":
        return _asked(request, "leaving", request.member, not member_changes.is_last_owner(request.member))
    try:
        member_changes.leave(request.member)
    except ChangeRefused as refused:
        messages.error(request, str(refused))
        return redirect("member_list" if request.member.can(Permission.VIEW_MEMBERS) else "today")
    messages.success(request, f"You left {request.organization.name}")
    return redirect(root_url("firm_list"))


def _asked(request: OrganizationRequest, change: str, member: Membership, is_possible: bool) -> HttpResponse:
    """The page that asks before anything is changed."""
    back = reverse("member_list" if request.member.can(Permission.VIEW_MEMBERS) else "today")
    work = amounts(member, by=request.member) if is_possible else []
    context = {"person": member, "is_possible": is_possible, "back_url": back, "work": get_text_list(work, "and")}
    return render(request, f"organizations/member/{change}.html", context)


def _changed(request: OrganizationRequest, change: Callable[[], None], sentence: Callable[[], str]) -> HttpResponse:
    told(request, change, sentence)
    return redirect("member_list")

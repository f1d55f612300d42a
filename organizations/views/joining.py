"""Both ends of joining by a domain: the person who asks, and the firm that answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from organizations.access import requires
from organizations.changing import told
from organizations.joining import JoiningRefused, approve, join, offer_of, refuse
from organizations.lookups import my_organizations
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.mounts import organization_url
from organizations.permissions import Permission


@require_POST
def firm_joining(request: Any, organization_id: UUID) -> HttpResponse:
    """Join, or ask to. The offer is read again: only a confirmed address on the firm's proven domain has one."""
    offer = offer_of(organization_id)
    if offer is None:
        return _joined_before(request, organization_id)
    try:
        member = join(offer, by=request.user)
    except JoiningRefused as refused:
        messages.error(request, str(refused))
        return redirect("firm_list")
    if member.status == Membership.Status.PENDING:
        messages.success(request, f"{offer.organization_name} was asked. You get a mail once somebody has answered")
        return redirect("firm_list")
    messages.success(request, f"Welcome to {offer.organization_name}")
    return _joined_before(request, organization_id)


def _joined_before(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Into the firm; the second of two presses comes here at once."""
    firm = next((firm for firm in my_organizations() if firm.id == organization_id), None)
    if firm is None:
        raise Http404("No firm this person may join.")
    return redirect(organization_url(firm.slug, "today"))


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def member_approval(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    member = get_object_or_404(Membership.objects.select_for_update(of=("self",)), pk=member_id)
    told(
        request, lambda: approve(member, by=request.member),
        lambda: f"{member} is in, as {member.get_role_display().lower()}",
    )  # fmt: skip
    return redirect("member_list")


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def member_refusal(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    member = get_object_or_404(Membership.objects.select_for_update(of=("self",)), pk=member_id)
    told(request, lambda: refuse(member, by=request.member), lambda: f"{member} was turned away")
    return redirect("member_list")

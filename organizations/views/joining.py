"""Both ends of joining by a domain: the person who asks, and the firm that answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from organizations.access import requires
from organizations.changing import told
from organizations.joining import JoiningRefused, address_on, approve, join, offer_of, refuse
from organizations.lookups import DomainOffer, firm_to_join, my_organizations
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.models.membership import Role
from organizations.mounts import organization_url
from organizations.permissions import Permission

#: Of those one would work with, by their initials.
SHOWN = 4


@require_http_methods(["GET", "HEAD", "POST"])
def firm_joining(request: Any, organization_id: UUID) -> HttpResponse:
    """Join, or ask to. The offer is read again: only a confirmed address on the firm's proven domain has one."""
    offer = offer_of(organization_id)
    if offer is None:
        return _joined_before(request, organization_id)
    if request.method != "POST":
        return _sheet(request, offer)
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


def _sheet(request: Any, offer: DomainOffer) -> HttpResponse:
    """Which firm this is, before anything is pressed."""
    people = firm_to_join(offer.organization_id)
    context = {
        "offer": offer,
        "role": Role(offer.role).label,
        "address": address_on(offer.domain, of=request.user),
        "owners": [person.name for person in people if person.is_owner],
        "people": [] if offer.verification_required else [person.name for person in people[:SHOWN]],
        "more": people[0].people - SHOWN if len(people) > SHOWN else 0,
        "is_first": not my_organizations(),
    }
    return render(request, "organizations/landing/join.html", context)


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

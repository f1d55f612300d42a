from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from organizations.invitations import AcceptanceRefused, accept, is_for, token_hash
from organizations.lookups import InvitationOffer, invitation_by_token, my_invitations, my_organizations
from organizations.mounts import organization_url


@login_not_required
def invitation_detail(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation link shows. GET never spends it; joining is a POST by the person it was sent to."""
    offer = invitation_by_token(token_hash(token))
    # A session may outlive its account or password, so a key in it says nothing.
    person: Any = request.user if request.user.is_authenticated else None
    if offer is None or offer.state != "open":
        return render(
            request,
            "organizations/invitation/closed.html",
            {"offer": offer, "person": person},
            status=404 if offer is None else 410,
        )
    refusal = ""
    if request.method == "POST" and person:
        try:
            return _join(request, offer)
        except AcceptanceRefused as refused:
            refusal = str(refused)
    context = {
        "offer": offer,
        "person": person,
        "is_theirs": person and is_for(offer, person),
        "refusal": refusal,
    }
    return render(request, "organizations/invitation/detail.html", context, status=409 if refusal else 200)


@require_POST
def invitation_acceptance(request: HttpRequest, invitation_id: Any) -> HttpResponse:
    """From the list of firms: the address is confirmed, so no token is needed."""
    offer = next((offer for offer in my_invitations() if offer.id == invitation_id), None)
    if offer is None:
        return _joined_before(request)
    try:
        return _join(request, offer)
    except AcceptanceRefused as refused:
        messages.error(request, str(refused))
        return redirect("firm_list")


def _joined_before(request: HttpRequest) -> HttpResponse:
    """Of two presses the second finds the invitation used: it leads into the firm the first one opened."""
    wanted = request.POST.get("firm", "")
    firm = next((firm for firm in my_organizations() if str(firm.id) == wanted), None)
    if firm is None:
        raise Http404("No such invitation for this person.")
    return redirect(organization_url(firm.slug, "today"))


def _join(request: Any, offer: InvitationOffer) -> HttpResponse:
    member = accept(offer, by=request.user)
    messages.success(request, f"Welcome to {offer.organization_name}")
    return redirect(organization_url(member.organization.slug, "today"))

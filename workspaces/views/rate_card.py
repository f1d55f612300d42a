"""What an hour of each role costs and is sold for, from which day on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.forms.row_form import locked
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.rate_card import RateCardForm
from workspaces.models import RateCard
from workspaces.scoping.rates import card_on


@require_safe
@requires(Permission.VIEW_SCOPING)
def rate_card_list(request: OrganizationRequest) -> HttpResponse:
    page = keyset_page(RateCard.objects.prefetch_related("lines"), ("-valid_from", "-id"), request.GET)
    now = card_on(timezone.localdate(), request.organization.currency)
    return render(request, "workspaces/rate_card/list.html", {"page": page, "now": now})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_RATE_CARDS)
def rate_card_create(request: OrganizationRequest) -> HttpResponse:
    """It begins with the rates of the newest one."""
    like = RateCard.objects.filter(currency=request.organization.currency).order_by("-valid_from").first()
    return _form(request, RateCard(valid_from=timezone.localdate()), like)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_RATE_CARDS)
def rate_card_update(request: OrganizationRequest, rate_card_id: UUID) -> HttpResponse:
    rows = RateCard.objects.all()
    return _form(request, get_object_or_404(locked(rows) if request.POST else rows, pk=rate_card_id))


def _form(request: OrganizationRequest, card: RateCard, like: RateCard | None = None) -> HttpResponse:
    is_new, rows = card._state.adding, RateCard.objects.all()
    form = RateCardForm(request.POST or None, instance=card, member=request.member, like=like)
    if is_new and form.made_before(rows):
        return redirect("rate_card_list")
    if form.is_valid() and form.save_once(rows):
        messages.success(request, "Rates saved")
        return redirect("rate_card_list")
    context = {"form": form, "card": None if is_new else card}
    return render(request, "workspaces/rate_card/form.html", context, status=form.error_status)


@require_POST
@requires(Permission.MANAGE_RATE_CARDS)
def rate_card_removal(request: OrganizationRequest, rate_card_id: UUID) -> HttpResponse:
    card = get_object_or_404(RateCard, pk=rate_card_id)
    RateCard.objects.filter(pk=card.pk).update(deleted_at=timezone.now())
    messages.success(request, "Rates removed. Sessions priced on its days now use the card before it.")
    return redirect("rate_card_list")

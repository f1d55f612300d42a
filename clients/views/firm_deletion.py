"""The page on which owners ask that their firm be deleted, and change their mind."""

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from clients import firm_deletion as deletion
from clients.firm_deletion_jobs import tell_owners_of_deletion
from clients.models import FirmDeletion
from organizations import confirming
from organizations.access import requires
from organizations.forms.ownership import FirmNameForm
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TRANSFER_OWNERSHIP)
def firm_deletion(request: OrganizationRequest) -> HttpResponse:
    wish, in_the_way = deletion.standing(), deletion.obstacles()
    is_asked = request.method == "POST" and not wish and not in_the_way
    form = FirmNameForm(request.POST if is_asked else None, by=request.member)
    if is_asked and form.is_valid() and (sentence := confirming.refusal(request)):
        form.add_error(None, sentence)
    if is_asked and form.is_valid():
        _ask(request)
        return redirect("firm_deletion")
    context = {
        "form": form, "wish": wish, "obstacles": in_the_way, "days": settings.FIRM_DELETION_DAYS,
        "confirm_url": confirming.confirm_url(request),
    }  # fmt: skip
    refused = request.method == "POST" and not is_asked
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "clients/firm_deletion.html", context, status=status)


@require_POST
@requires(Permission.TRANSFER_OWNERSHIP)
def firm_deletion_cancellation(request: OrganizationRequest, firm_deletion_id: UUID) -> HttpResponse:
    wish = get_object_or_404(FirmDeletion, pk=firm_deletion_id)
    if deletion.cancel(wish, by=request.member):
        tell_owners_of_deletion.enqueue(firm_deletion_id=wish.pk)
        messages.success(request, "The firm stays")
    return redirect("firm_deletion")


def _ask(request: OrganizationRequest) -> None:
    """Another owner may have asked in the same moment: then theirs stands, and the page shows it."""
    with suppress(deletion.AskedAlready):
        wish = deletion.ask(by=request.member)
        tell_owners_of_deletion.enqueue(firm_deletion_id=wish.pk)
        messages.success(request, "The firm will be deleted. Every owner gets a mail")

"""The firm's pages about its portal: settings, and colleagues whom coordinators ask for."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from portal.colleagues import let_in, turn_down
from portal.forms_reminders import PortalSettingForm, ScheduleForm
from portal.models import ColleagueInvitation, PortalSetting
from portal.reminders.schedules import firm_schedule

ANSWERED = "Somebody has answered this meanwhile."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_FIRM)
def portal_settings(request: OrganizationRequest) -> HttpResponse:
    form = PortalSettingForm(request.POST or None, instance=PortalSetting.of_firm())
    schedule = ScheduleForm(request.POST or None, instance=firm_schedule())
    if form.is_valid() and schedule.is_valid():
        with transaction.atomic():
            form.save()
            schedule.save()
        messages.success(request, "Portal settings saved")
        return redirect("portal_settings")
    context = {"form": form, "schedule": schedule}
    status = 422 if form.errors or schedule.errors else 200
    return render(request, "portal/staff/settings.html", context, status=status)


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def colleague_list(request: OrganizationRequest) -> HttpResponse:
    rows = _asked(request).filter(status=ColleagueInvitation.Status.PENDING).select_related("client", "asked_by")
    return render(
        request, "portal/staff/colleagues.html", {"page": keyset_page(rows, ("created_at", "id"), request.GET)}
    )


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def colleague_approval(request: OrganizationRequest, colleague_id: UUID) -> HttpResponse:
    asked = get_object_or_404(_asked(request).select_related("client"), pk=colleague_id)
    if let_in(asked, by=request.member):
        messages.success(request, f"{asked.name} gets a link by email")
    else:
        messages.warning(request, ANSWERED)
    return redirect("colleague_list")


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def colleague_refusal(request: OrganizationRequest, colleague_id: UUID) -> HttpResponse:
    asked = get_object_or_404(_asked(request), pk=colleague_id)
    if turn_down(asked, by=request.member):
        messages.success(request, f"{asked.name} stays out. Tell {asked.asked_by.name} why.")
    else:
        messages.warning(request, ANSWERED)
    return redirect("colleague_list")


def _asked(request: OrganizationRequest) -> "QuerySet[ColleagueInvitation]":
    return ColleagueInvitation.objects.filter(client__in=Client.objects.visible_to(request.member))

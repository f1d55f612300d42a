"""The firm's pages about reminders: what goes out when, the rules, and quiet days."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from clients.models import Client, InformationRequest, RequestList
from clients.models.project import open_to
from clients.views.request_list import visible_list
from look.paging import keyset_page
from organizations.access import needs_plan, requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from portal.forms_reminders import ScheduleForm, SnoozeForm
from portal.models import PortalSetting, ReminderItem, ReminderMail, ReminderSchedule
from portal.reminder_jobs import send_reminder
from portal.reminders.outbox import give_up, write_down_by_hand
from portal.reminders.preview import preview
from portal.reminders.schedules import firm_schedule, list_schedule


@require_safe
@requires(Permission.VIEW_REQUESTS)
def reminder_preview(request: OrganizationRequest) -> HttpResponse:
    """The next 14 days of mail, to everybody the member may see."""
    context = {
        "preview": preview(_lists(request), day=request.GET.get("day", ""), after=request.GET.get("from", "")),
        "schedule": firm_schedule(),
        "hour": PortalSetting.of_firm().reminder_hour,
    }
    return render(request, "portal/staff/reminders.html", context)


@require_safe
@requires(Permission.VIEW_REQUESTS)
def reminder_log(request: OrganizationRequest) -> HttpResponse:
    """What was sent, newest first, and what nobody is sure of."""
    mails = ReminderMail.objects.filter(contact__client__in=_clients(request))
    rows = mails.select_related("contact__client", "sent_by").prefetch_related(_items(request))
    page = keyset_page(rows, ("-created_at", "-id"), request.GET)
    return render(request, "portal/staff/reminder_log.html", {"page": page})


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def reminder_again(request: OrganizationRequest, reminder_id: UUID) -> HttpResponse:
    """Send once more what was not confirmed or not taken: a person decides what no machine can know."""
    rows = ReminderMail.objects.filter(contact__client__in=_clients(request)).select_related("contact__organization")
    found = get_object_or_404(rows, pk=reminder_id)
    if not give_up(found):
        messages.warning(request, "This reminder needs no second sending.")
    elif about := list(InformationRequest.objects.filter(reminder_items__mail=found).with_client()):
        again = write_down_by_hand(found.contact, about, by=request.member, message=found.message)
        send_reminder.enqueue(reminder_id=again.pk)
        messages.success(request, f"Reminder to {found.contact.name} is on its way again")
    else:
        messages.info(request, "Everything it spoke of is answered.")
    return redirect("reminder_log")


@require_safe
@requires(Permission.VIEW_REQUESTS)
def list_reminders(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    """One list: its own rules or the firm's, its 14 days, and its quiet days."""
    request_list = visible_list(request, list_id)
    return _list_page(request, request_list)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
@needs_plan("templates")
def list_schedule_update(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if request.POST.get("whose") == "firm":
        ReminderSchedule.objects.filter(request_list=request_list).delete()
        messages.success(request, "The firm’s rules hold for this list")
        return redirect("list_reminders", list_id=request_list.pk)
    own = list_schedule(request_list) or ReminderSchedule(request_list=request_list)
    form = ScheduleForm(request.POST, instance=own)
    if not form.is_valid():
        return _list_page(request, request_list, form=form, status=422)
    form.save()
    messages.success(request, "Reminders of this list saved")
    return redirect("list_reminders", list_id=request_list.pk)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def reminder_snooze(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    """Be quiet until a day: about the list, one of its requests, or to one of its people."""
    request_list = visible_list(request, list_id)
    form = SnoozeForm(request.POST, request_list=request_list)
    if not form.is_valid():
        return _list_page(request, request_list, snooze=form, status=422)
    form.save(by=request.member)
    messages.success(request, f"No reminder about {form.target_name} before {form.until_words}")
    return redirect("list_reminders", list_id=request_list.pk)


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def reminder_snooze_end(request: OrganizationRequest, list_id: UUID, snooze_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    snooze = get_object_or_404(SnoozeForm.of_list(request_list), pk=snooze_id)
    snooze.delete()
    messages.success(request, "Reminders go on")
    return redirect("list_reminders", list_id=request_list.pk)


def _list_page(
    request: OrganizationRequest,
    request_list: RequestList,
    *,
    form: ScheduleForm | None = None,
    snooze: SnoozeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own, firm = list_schedule(request_list), firm_schedule()
    mails = ReminderMail.objects.filter(items__request__request_list=request_list).distinct()
    context = {
        "request_list": request_list,
        "client": request_list.client,
        "own": own,
        "firm": firm,
        "form": form or ScheduleForm(instance=own or firm),
        "snooze": snooze or SnoozeForm(request_list=request_list),
        "snoozes": SnoozeForm.of_list(request_list).select_related("request__request_list", "contact", "created_by"),
        "preview": preview(_lists(request), client_id=request_list.client_id, list_id=request_list.pk),
        "mails": mails.select_related("contact", "sent_by").order_by("-created_at", "-id")[:20],
        "hour": PortalSetting.of_firm().reminder_hour,
    }
    return render(request, "portal/staff/list_reminders.html", context, status=status)


def _lists(request: OrganizationRequest) -> "QuerySet[RequestList]":
    return RequestList.objects.visible_to(request.member)


def _items(request: OrganizationRequest) -> Prefetch:
    """What a mail spoke of, without requests of projects that are closed to the member."""
    seen = ReminderItem.objects.filter(open_to(request.member, project="request__request_list__project"))
    return Prefetch("items", seen.select_related("request__request_list"))


def _clients(request: OrganizationRequest) -> "QuerySet[Client]":
    return Client.objects.visible_to(request.member)

"""One press of “Remind overdue clients” on the page of today."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from portal.forms_reminder_now import USUAL_WORDS
from portal.reminder_jobs import locked_setting, send_reminder
from portal.reminders.outbox import write_down_by_hand
from portal.reminders.overdue import overdue
from workspaces.views.today import shown_requests


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def overdue_reminder(request: OrganizationRequest) -> HttpResponse:
    """What the page counts as overdue, the member's own or everybody's. A second press finds it reminded of."""
    locked_setting()  # nor do two who press at the same moment, or the clock, send it twice
    shown, mine = shown_requests(request)
    found = overdue(shown, request.organization.today)
    for contact, about in found.mails:
        mail = write_down_by_hand(contact, about, by=request.member, message=USUAL_WORDS)
        send_reminder.enqueue(reminder_id=mail.pk)
    if found.mails:
        messages.success(request, f"Reminded {found.words}")
    else:
        messages.info(request, "Nobody is left to remind today of what is overdue.")
    return redirect(f"{reverse('today')}?show={'mine' if mine else 'all'}")

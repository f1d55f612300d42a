"""The first page of a firm: what waits on whom."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.models import Client, InformationRequest
from clients.models.request import InformationRequestQuerySet
from organizations.access import any_member
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces import queue


@require_safe
@any_member
def today(request: OrganizationRequest) -> HttpResponse:
    member, day = request.member, timezone.localdate(timezone=request.organization.zone)
    if not member.can(Permission.VIEW_REQUESTS):
        return render(request, "workspaces/today/no_work.html", {"day": day})
    if not Client.objects.exists():
        return render(request, "workspaces/today/first_run.html", {"day": day, "steps": first_steps(member)})
    requests = InformationRequest.objects.visible_to(member).filter(request_list__deleted_at=None)
    own = requests.filter(assigned_to=member)
    mine = shows_mine(request.GET.get("show", ""), own)
    shown = own if mine else requests
    context = {
        "day": day,
        "mine": mine,
        "counts": queue.counts(shown, day),
        "overdue": queue.waiting(shown.overdue(day)),
        "to_review": queue.waiting(shown.to_review()),
        "lists": queue.engagements(member, day),
        "events": queue.latest_events(member),
    }
    return render(request, "workspaces/today/today.html", context)


def shows_mine(chosen: str, own: InformationRequestQuerySet) -> bool:
    """A person's own work first; a partner to whom nothing is assigned sees the firm's."""
    return chosen == "mine" or (chosen != "all" and own.exists())


def first_steps(member: Membership) -> list[dict[str, object]]:
    return [
        {"title": "Create your firm", "note": "Done", "done": True, "url_name": ""},
        {"title": "Add a client", "note": "One now, or import a spreadsheet", "action": "Add client", "url_name": "client_create",
         "may": member.can(Permission.MANAGE_CLIENTS)},
        {"title": "Send a request list", "note": "Write it, or import the one you have", "url_name": ""},
        {"title": "Invite your team", "note": "One address or fifty", "action": "Invite people", "url_name": "invitation_list",
         "may": member.can(Permission.MANAGE_MEMBERS)},
    ]  # fmt: skip

"""The first page of a firm: what waits on whom."""

from datetime import date

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.models import Client, InformationRequest
from clients.models.request import InformationRequestQuerySet
from look.dates import local_time
from look.paging import keyset_page
from organizations.access import any_member, requires
from organizations.middleware import OrganizationRequest
from organizations.models import Invitation, Membership
from organizations.permissions import Permission
from workspaces import activity, queue, work_queue

#: What has no due date comes last.
DUE_KEY = Coalesce("due_date", Value(date.max))
#: As many of one's own as the first page shows; all are on the page of one's work.
TASKS, REVIEWS = 6, 4


@require_safe
@any_member
def today(request: OrganizationRequest) -> HttpResponse:
    member, day = request.member, request.organization.today
    if not member.can(Permission.VIEW_REQUESTS):
        if member.can(Permission.VIEW_BILLING):
            return redirect("billing")
        return render(request, "workspaces/today/no_work.html", {"day": day})
    if not Client.objects.exists():
        return render(request, "workspaces/today/first_run.html", first_run(request))
    shown, mine = shown_requests(request)
    counts = queue.counts(shown, day)
    may_remind = counts["overdue"] and member.can(Permission.MANAGE_REQUESTS)
    context = {
        "day": day,
        "mine": mine,
        "counts": counts,
        "overdue": queue.waiting(shown.overdue(day), counts["overdue"]),
        "to_review": queue.waiting(shown.to_review(), counts["to_review"]),
        "lists": queue.engagements(member, day),
        "events": activity.latest(member),
        "lateness": queue.lateness(shown, day) if counts["overdue"] else "past their date",
        "most_to_review": queue.most_to_review(shown) if counts["to_review"] else "answered by clients",
        "deadline": queue.next_deadline(member, day),
        "reminding": queue.reminding(shown, day) if may_remind else "",
        "work": work_queue.counts(member, day),
        "tasks": work_queue.queue(member, day, QueryDict("kind=task"), size=TASKS),
        "reviews": work_queue.queue(member, day, QueryDict("kind=review"), size=REVIEWS),
    }
    return render(request, "workspaces/today/today.html", context)


@require_safe
@requires(Permission.VIEW_REQUESTS)
def today_requests(request: OrganizationRequest) -> HttpResponse:
    """The requests that a figure of the today page counts, of every list."""
    day, state = request.organization.today, request.GET.get("state", "")
    state = state if state in queue.STATES else "to_review"
    shown, mine = shown_requests(request)
    found = queue.in_state(shown, state, day)
    dated = (
        found.select_related("request_list__client", "contact", "assigned_to").defer("tsv").annotate(due_key=DUE_KEY)
    )
    context = {
        "title": queue.STATES[state],
        "state": state,
        "states": queue.STATES.items(),
        "mine": mine,
        "day": day,
        "count": found.count(),
        "page": keyset_page(dated, ("due_key", "id"), request.GET),
    }
    return render(request, "workspaces/today/requests.html", context)


def shown_requests(request: OrganizationRequest) -> tuple[InformationRequestQuerySet, bool]:
    """The requests in progress, the member's own or the firm's, and which of the two."""
    requests = InformationRequest.objects.visible_to(request.member).in_progress()
    own = requests.filter(assigned_to=request.member)
    mine = shows_mine(request.GET.get("show", ""), own)
    return (own if mine else requests), mine


def shows_mine(chosen: str, own: InformationRequestQuerySet) -> bool:
    """A person's own work first; a partner to whom nothing is assigned sees the firm's."""
    return chosen == "mine" or (chosen != "all" and own.exists())


def first_run(request: OrganizationRequest) -> dict[str, object]:
    member, user = request.member, request.user
    steps = first_steps(member, has_team=Membership.objects.count() + Invitation.objects.pending().count() > 1)
    return {
        "name": getattr(user, "first_name", "") or member.display_name,
        "steps": steps,
        "done": sum(bool(step.get("done")) for step in steps),
        "events": activity.latest(member),
    }


def first_steps(member: Membership, *, has_team: bool) -> list[dict[str, object]]:
    """Those that are done, the next one, and what comes after it."""
    founded = member.organization.created_at
    return [
        {"title": "Create your firm", "done": True, "at": founded,
         "is_today": local_time(founded).date() == local_time(timezone.now()).date()},
        {"title": "Add a client", "note": "One now, or import a spreadsheet", "action": "Add client", "url_name": "client_create",
         "may": member.can(Permission.MANAGE_CLIENTS)},
        {"title": "Send a request list", "note": "Write it, or import the one you have"},
        {"title": "Invite your team", "note": "One address or fifty", "action": "Invite people", "url_name": "invitation_list",
         "may": member.can(Permission.MANAGE_MEMBERS), "done": has_team},
    ]  # fmt: skip

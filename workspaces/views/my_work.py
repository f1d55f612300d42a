"""Everything that waits for the member, in one order."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.access import any_member
from organizations.middleware import OrganizationRequest
from workspaces import work_queue


@require_safe
@any_member
def my_work(request: OrganizationRequest) -> HttpResponse:
    today = request.organization.today
    found = work_queue.queue(request.member, today, request.GET)
    counts = work_queue.counts(request.member, today)
    kind = request.GET.get("kind", "")
    query = request.GET.copy()
    query["after"] = found.next
    context = {
        "queue": found,
        "counts": counts,
        "kind": kind if kind in work_queue.KINDS else "",
        "kinds": [(name, label, counts[name]) for name, label in work_queue.KINDS.items()],
        "today": today,
        "next": f"?{query.urlencode()}" if found.next else "",
        "is_first": "after" not in request.GET,
    }
    return render(request, "workspaces/today/my_work.html", context)

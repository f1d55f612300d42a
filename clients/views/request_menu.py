"""The “…” of a row in a list: what can be done with the request, fetched when somebody reaches for it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clients.models import RequestList
from clients.views.partials import is_partial
from clients.views.request import place_behind, steps_for, visible_request
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

#: Steps that need a word more open their form on the request itself.
WITH_FORM = {
    "receive": ("inbox", "Received another way"),
    "return": ("arrow-back-up", "Return"),
    "reopen": ("refresh", "Reopen"),
    "waive": ("minus", "Mark not applicable"),
}


@require_safe
@requires(Permission.VIEW_REQUESTS)
def request_menu(request: OrganizationRequest, request_id: UUID) -> HttpResponse:
    item = visible_request(request, request_id)
    if not is_partial(request):
        return redirect(item)
    steps = steps_for(request, item)
    is_open = item.request_list.status == RequestList.Status.OPEN
    context = {
        "item": item,
        "request_list": item.request_list,
        "steps": steps,
        "with_form": [(step, icon, words) for step, (icon, words) in WITH_FORM.items() if step in steps],
        "may_change": is_open and request.member.can(Permission.MANAGE_REQUESTS),
        "place": place_behind(request),
    }
    return render(request, "clients/request/menu.html", context)

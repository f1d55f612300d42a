"""The order of a list: by dragging, by keyboard, or by numbers where no script runs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clients.forms.request_order import MOST, RequestOrderForm
from clients.request_order import OrderChanged, arrange, sections_of
from clients.views.request_list import refused_closed, visible_list
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

CHANGED = "Requests were added or removed while you arranged the list. This is the list as it is now."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_REQUESTS)
def request_order(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    request_list = visible_list(request, list_id)
    if closed := refused_closed(request, request_list, "arrange its requests"):
        return closed
    sections = sections_of(request_list)
    if sum(len(section.items) for section in sections) > MOST:
        messages.warning(request, f"More than {MOST} requests cannot be arranged at once. Check some and move them.")
        return redirect(request_list)
    shown = request.POST.getlist("shown")
    is_changed = request.method == "POST" and set(shown) != {str(i.pk) for s in sections for i in s.items}
    form = RequestOrderForm(request.POST if request.POST and not is_changed else None, sections=sections)
    if form.is_valid():
        try:
            arrange(request_list, form.wanted())
        except OrderChanged:
            is_changed = True
        else:
            messages.success(request, "Order saved")
            return redirect(request_list)
    context = {"form": form, "request_list": request_list, "changed": CHANGED if is_changed else ""}
    status = 409 if is_changed else 422 if form.errors else 200
    return render(request, "clients/request_list/order.html", context, status=status)

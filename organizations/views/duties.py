from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from organizations import duties
from organizations.access import requires
from organizations.forms.duties import DutiesForm
from organizations.middleware import OrganizationRequest
from organizations.models import Organization
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_FIRM)
def firm_duties(request: OrganizationRequest) -> HttpResponse:
    form = DutiesForm(
        request.POST if request.method == "POST" else None, initial={"kept": duties.kept_by(request.organization)}
    )
    if form.is_valid():
        # Other settings lie in the same column: they are read and written under the row's lock.
        duties.keep(Organization.objects.select_for_update().get(), form.cleaned_data["kept"])
        messages.success(request, "Separation of duties saved")
        return redirect("firm_duties")
    return render(request, "organizations/firm/duties.html", {"form": form}, status=422 if form.errors else 200)

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.models import AuditLog
from organizations import retention
from organizations.access import requires
from organizations.forms.retention import RetentionForm
from organizations.middleware import OrganizationRequest
from organizations.models import Organization
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_FIRM)
def firm_retention(request: OrganizationRequest) -> HttpResponse:
    form = RetentionForm(
        request.POST if request.method == "POST" else None, kept=retention.kept_by(request.organization)
    )
    if form.is_valid():
        # Other settings lie in the same column: they are read and written under the row's lock.
        retention.keep(Organization.objects.select_for_update().get(), form.cleaned_data)
        messages.success(request, "Retention saved")
        return redirect("firm_retention")
    trail = settings.TENANCY_PARTITIONED[AuditLog._meta.label]
    context = {"form": form, "trail_days": trail}
    return render(request, "organizations/firm/retention.html", context, status=422 if form.errors else 200)

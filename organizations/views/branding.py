"""What clients see of the firm beyond its name: the logo, where it sits, where its invoices go."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.access import any_member, requires
from organizations.forms.branding import DetailsForm, LogoForm
from organizations.logos import drop_logo, keep_logo, logo_bytes
from organizations.middleware import OrganizationRequest
from organizations.models import Organization
from organizations.permissions import Permission

PAGE = require_http_methods(["GET", "HEAD", "POST"])


def logo_response(organization: Organization) -> HttpResponse:
    """The address is the same for every firm; whose it is follows from where it is asked."""
    png = logo_bytes(organization)
    if png is None:
        raise Http404("This firm has no logo.")
    headers = {"Cache-Control": "private, max-age=300", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(png, content_type="image/png", headers=headers)


@require_safe
@any_member
def firm_logo(request: OrganizationRequest) -> HttpResponse:
    return logo_response(request.organization)


@PAGE
@requires(Permission.MANAGE_FIRM)
def firm_logo_change(request: OrganizationRequest) -> HttpResponse:
    form = LogoForm(request.POST or None, request.FILES or None) if request.method == "POST" else LogoForm()
    if form.is_valid():
        keep_logo(Organization.objects.select_for_update().get(), form.cleaned_data["logo"])
        messages.success(request, "The logo was changed")
        return redirect("firm_settings")
    return render(request, "organizations/firm/logo.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_FIRM)
def firm_logo_removal(request: OrganizationRequest) -> HttpResponse:
    drop_logo(Organization.objects.select_for_update().get())
    messages.success(request, "The logo was removed")
    return redirect("firm_settings")


@PAGE
@requires(Permission.MANAGE_FIRM)
def firm_details(request: OrganizationRequest) -> HttpResponse:
    firms = Organization.objects.all()
    firm = firms.select_for_update().get() if request.method == "POST" else firms.get()
    form = DetailsForm(request.POST or None, instance=firm)
    if form.is_valid():
        form.save()
        messages.success(request, "Address and billing saved")
        return redirect("firm_settings")
    return render(request, "organizations/firm/details.html", {"form": form}, status=422 if form.errors else 200)

"""The index that every new binder of the firm starts from."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Organization
from organizations.permissions import Permission
from workspaces import index_schemes
from workspaces.forms.index_scheme import IndexSchemeForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_FIRM)
def index_scheme(request: OrganizationRequest) -> HttpResponse:
    """Typed, looked at, saved: `preview` shows what is typed and stores nothing."""
    firms = Organization.objects.all()
    firm = firms.select_for_update().get() if request.method == "POST" else firms.get()
    stored = index_schemes.of_firm(firm)
    form = IndexSchemeForm(request.POST or None, stored=stored)
    is_valid = form.is_valid()
    if is_valid and "preview" not in request.POST:
        index_schemes.keep(firm, form.cleaned_data["index"])
        messages.success(request, "Index saved. New binders start with it")
        return redirect("index_scheme")
    shown = form.cleaned_data["index"] if is_valid else stored
    context = {
        "form": form, "sections": shown, "is_own": index_schemes.is_own(firm), "is_preview": is_valid,
        "letters": {section["letter"] for section in stored},
    }  # fmt: skip
    return render(request, "workspaces/binder/index_scheme.html", context, status=form.error_status)


@require_POST
@requires(Permission.MANAGE_FIRM)
def index_scheme_reset(request: OrganizationRequest) -> HttpResponse:
    index_schemes.keep(Organization.objects.select_for_update().get(), [])
    messages.success(request, "New binders start with the standard index again")
    return redirect("index_scheme")

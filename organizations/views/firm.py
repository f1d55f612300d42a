from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from organizations.access import requires
from organizations.addresses import AddressTaken, claim
from organizations.colours import HEX, contrast_words
from organizations.forms.firm import FirmForm
from organizations.middleware import OrganizationRequest
from organizations.models import Organization
from organizations.mounts import organization_url
from organizations.permissions import Permission


@requires(Permission.MANAGE_FIRM)
def firm_settings(request: OrganizationRequest) -> HttpResponse:
    firms = Organization.objects.all()
    # The version is compared and saved under the row's lock.
    firm = firms.select_for_update().get() if request.method == "POST" else firms.get()
    seen = firm.updated_at.isoformat()
    form = FirmForm(request.POST or None, instance=firm)
    is_preview = "preview" in request.POST
    if not is_preview and form.is_valid() and _saved(form):
        messages.success(request, "Firm settings saved")
        return redirect(organization_url(firm.slug, "firm_settings"))
    if form.is_stale:
        typed = request.POST.copy()  # what was typed stays; sending it again is a decision
        typed["seen"] = seen
        form.data = typed
    status = 200 if is_preview else 409 if form.is_stale else 422 if form.errors else 200
    context = {"form": form, "host": request.get_host(), **_looks(request, form)}
    return render(request, "organizations/firm/form.html", context, status=status)


def _looks(request: OrganizationRequest, form: FirmForm) -> dict[str, str]:
    """The colour in the form, as the portal and the mails would show it."""
    written = str(form["brand"].value() or "").strip().lower()
    tried = written if HEX.match(written) else request.organization.brand
    return {
        "tried": tried,
        "tried_css_url": f"{reverse('brand_css')}?try={tried[1:]}",
        "contrast_words": contrast_words(tried),
    }


def _saved(form: FirmForm) -> bool:
    """The former address is claimed too: links to it go on leading here."""
    slug = form.cleaned_data["slug"]
    try:
        with transaction.atomic():
            if not claim(form.initial["slug"], slug):
                raise AddressTaken(slug)
            form.save()
    except (AddressTaken, IntegrityError):
        form.address_taken(str(AddressTaken(slug)))
        return False
    return True

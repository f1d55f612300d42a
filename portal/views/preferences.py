from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from portal.access import contact_required
from portal.deep_links import checked, target
from portal.forms_people import PreferenceForm
from portal.languages import CODES
from portal.middleware import PortalRequest
from portal.models import PortalPreference
from portal.rendering import render_portal
from portal.speaking import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@contact_required
def portal_preferences(request: PortalRequest) -> HttpResponse:
    """The contact's own name, language, time zone and mails."""
    preference = PortalPreference.of(request.contact)
    form = PreferenceForm(request.POST or None, instance=preference, contact=request.contact)
    if form.is_valid():
        form.save()
        with override(language_of(form.instance, accepted=request.headers.get("Accept-Language", ""))):
            messages.success(request, _("Your preferences are saved"))
        return redirect("portal_preferences")
    return render_portal(request, "portal/preferences.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@contact_required
def portal_language(request: PortalRequest) -> HttpResponse:
    """The language alone, from the foot of every page."""
    if (language := request.POST.get("language", "")) in CODES:
        PortalPreference.objects.update_or_create(contact=request.contact, defaults={"language": language})
    return redirect(target(checked(request.POST.get("next", ""))))

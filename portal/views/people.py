"""The colleagues of a coordinator: who is here, who answers what, and asking for somebody new."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import contact_required
from portal.colleagues import ask_for, colleagues_of, pass_on, to_share_out
from portal.forms_people import ColleagueForm, SharingForm
from portal.items import item_of
from portal.mail_limits import may_mail
from portal.middleware import PortalRequest
from portal.models import ColleagueInvitation, PortalSetting
from portal.rendering import render_portal


@require_safe
@contact_required
def portal_people(request: PortalRequest) -> HttpResponse:
    _coordinators_only(request)
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@contact_required
def portal_colleague_create(request: PortalRequest) -> HttpResponse:
    _coordinators_only(request)
    if PortalSetting.of_firm().colleagues == PortalSetting.Colleagues.OFF:
        raise Http404("Only the firm adds people.")
    form = ColleagueForm(request.POST or None, contact=request.contact)
    if form.is_valid() and not may_mail(request.contact, "colleague"):
        form.add_error(None, _("Five people an hour are the most. Try again later."))
    if form.is_valid():
        asked = ask_for(form.cleaned_data["name"], form.cleaned_data["email"], by=request.contact)
        messages.success(request, _told(request, asked))
        return redirect("portal_people")
    context = {"form": form, "needs_approval": PortalSetting.of_firm().colleagues == PortalSetting.Colleagues.APPROVAL}
    return render_portal(request, "portal/colleague.html", context, status=422 if form.errors else 200)


@require_POST
@contact_required
def portal_sharing(request: PortalRequest) -> HttpResponse:
    """Give the chosen requests to somebody, or back to everybody."""
    _coordinators_only(request)
    form = SharingForm(request.POST, requests=to_share_out(request.contact), colleagues=colleagues_of(request.contact))
    if not form.is_valid():
        return _page(request, form, status=422)
    to = form.cleaned_data["to"]
    count = pass_on(form.cleaned_data["requests"], to=to, by=request.contact)
    things = ngettext("%(count)s thing", "%(count)s things", count) % {"count": count}
    if to:
        messages.success(request, _("%(things)s given to %(name)s") % {"things": things, "name": to.name})
    else:
        messages.success(request, _("%(things)s taken back: anyone at your side can answer") % {"things": things})
    return redirect("portal_people")


def _page(request: PortalRequest, form: SharingForm | None = None, *, status: int = 200) -> HttpResponse:
    rows = to_share_out(request.contact).select_related("request_list", "contact")
    items = [item_of(row, request.contact) for row in rows.order_by("request_list", "position", "pk")[:500]]
    asked = ColleagueInvitation.objects.filter(client=request.contact.client_id, status="pending")
    context = {
        "colleagues": colleagues_of(request.contact),
        "items": items,
        "asked": asked.order_by("created_at")[:50],
        "form": form,
        "chosen": set(request.POST.getlist("requests")),
        "to": request.POST.get("to", ""),
        "may_invite": PortalSetting.of_firm().colleagues != PortalSetting.Colleagues.OFF,
    }
    return render_portal(request, "portal/people.html", context, status=status)


def _told(request: PortalRequest, asked: ColleagueInvitation) -> str:
    facts = {"name": asked.name, "firm": request.organization.name}
    if asked.status == ColleagueInvitation.Status.APPROVED:
        return _("%(name)s gets a link by email") % facts
    return _("%(firm)s is asked to let %(name)s in") % facts


def _coordinators_only(request: PortalRequest) -> None:
    if not request.contact.is_coordinator:
        raise Http404("Only who coordinates for the client shares out.")

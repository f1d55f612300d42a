"""Where a person without a firm in hand arrives: choose, create, accept."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify

from organizations.addresses import AddressTaken
from organizations.forms.branding import LogoForm
from organizations.forms.firm import FirmForm, PracticeForm
from organizations.founding import found
from organizations.lookups import my_domain_offers, my_invitations, my_memberships, my_organizations
from organizations.models import Organization
from organizations.models.membership import Role
from organizations.mounts import organization_url
from organizations.platform_settings import firms_per_person


def firm_list(request: HttpRequest) -> HttpResponse:
    firms, offers = my_organizations(), my_invitations()
    invited = {offer.organization_id for offer in offers}
    joinable = [offer for offer in my_domain_offers() if offer.organization_id not in invited]
    if len(firms) == 1 and not offers and not joinable and "choose" not in request.GET:
        return redirect(organization_url(firms[0].slug, "today"))
    if not firms and not offers and len(joinable) == 1 and "choose" not in request.GET:
        return redirect("firm_joining", organization_id=joinable[0].organization_id)
    entries = [{"firm": firm, "url": organization_url(firm.slug, "today")} for firm in firms]
    context = {
        "entries": entries, "offers": offers, "joinable": joinable, "console_url": _console_url(request.user),
        "was_in_one": not (firms or joinable) and bool(my_memberships()),
    }  # fmt: skip
    return render(request, "organizations/landing/list.html", context)


def _console_url(user: Any) -> str:
    """Operators have no other way in from where they arrive."""
    return reverse("admin:index") if user.is_operator and "admin" in settings.SURFACES else ""


def firm_create(request: Any) -> HttpResponse:
    form = FirmForm(
        _with_slug(request.POST) if request.method == "POST" else None,
        initial={"timezone": request.user.timezone or "Europe/London"},
    )
    logo_form = LogoForm(request.POST or None, request.FILES or None, required=False)
    practice_form = PracticeForm(request.POST or None)
    if form.is_valid() and not _is_mine(form.instance) and (refusal := _too_many_firms()):
        form.add_error(None, refusal)
    others = (logo_form, practice_form)
    if form.is_valid() and all(other.is_valid() for other in others):
        try:
            found(form.instance, by=request.user, **logo_form.cleaned_data, **practice_form.cleaned_data)
        except AddressTaken as taken:
            if _is_mine(form.instance):
                return redirect(organization_url(form.instance.slug, "today"))
            form.address_taken(str(taken))
        else:
            messages.success(request, f"{form.instance.name} is ready")
            return redirect(organization_url(form.instance.slug, "today"))
    context = {
        "form": form, "logo_form": logo_form, "practice_form": practice_form, "is_first": not my_organizations(),
    }  # fmt: skip
    status = 422 if form.errors or any(other.errors for other in others) else 200
    return render(request, "organizations/landing/create.html", context, status=status)


def _too_many_firms() -> str:
    most = firms_per_person()
    mine = sum(firm.role == Role.OWNER for firm in my_organizations())
    return f"One person can own {most} firm{'' if most == 1 else 's'} here, and you do." if 0 < most <= mine else ""


def _is_mine(made: Organization) -> bool:
    """Whether a first press of the same button has made this firm: then the second one leads into it."""
    same = (made.slug, made.name, Role.OWNER)
    return any((firm.slug, firm.name, firm.role) == same for firm in my_organizations())


def _with_slug(data: Any) -> Any:
    """Propose an address from the name where none was written."""
    if data.get("slug", "").strip():
        return data
    data = data.copy()
    data["slug"] = slugify(data.get("name", ""))[:48].strip("-")
    return data

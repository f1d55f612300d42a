"""The firm's domains: adding one, proving it, and who may join by it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from organizations import domains
from organizations.access import needs_plan, requires
from organizations.changing import kept, told
from organizations.domains import ProofRefused
from organizations.forms.domain import CodeAddressForm, CodeForm, DomainForm, JoiningForm
from organizations.jobs import send_domain_code
from organizations.middleware import OrganizationRequest
from organizations.models import OrganizationDomain
from organizations.permissions import Permission
from organizations.views.members import member_counts

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@PAGE
@requires(Permission.MANAGE_MEMBERS)
@needs_plan("domains")
def domain_list(request: OrganizationRequest) -> HttpResponse:
    form = DomainForm(request.POST or None, by=request.member)
    if form.is_valid():
        domain = form.save()
        messages.success(request, f"{domain} was added. Prove now that it is yours")
        return redirect("domain_detail", domain_id=domain.pk)
    context = {"form": form, "domains": OrganizationDomain.objects.order_by("domain"), **_frame()}
    return render(request, "organizations/domain/list.html", context, status=422 if form.errors else 200)


@PAGE
@requires(Permission.MANAGE_MEMBERS)
def domain_detail(request: OrganizationRequest, domain_id: UUID) -> HttpResponse:
    """How a domain is proven, and, once it is, what it opens."""
    domain = get_object_or_404(OrganizationDomain, pk=domain_id)
    is_changeable = domain.is_verified and domains.can_change_joining(domain, by=request.member)
    if request.method == "POST" and not is_changeable:
        raise PermissionDenied
    form = JoiningForm(request.POST or None, instance=domain, by=request.member)
    if form.is_valid():
        form.save()
        messages.success(request, f"Joining by {domain} was changed")
        return redirect("domain_detail", domain_id=domain.pk)
    return _shown(request, domain, status=422 if form.errors else 200, form=form, is_changeable=is_changeable)


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def domain_check(request: OrganizationRequest, domain_id: UUID) -> HttpResponse:
    """Ask the DNS now."""
    domain = get_object_or_404(OrganizationDomain, pk=domain_id)
    told(request, lambda: domains.check_record(domain), lambda: f"{domain} is proven", refused=ProofRefused)
    return redirect("domain_detail", domain_id=domain.pk)


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def domain_code(request: OrganizationRequest, domain_id: UUID) -> HttpResponse:
    """Mail a code to an address on the domain."""
    domain = get_object_or_404(OrganizationDomain.objects.select_for_update(of=("self",)), pk=domain_id)
    form = CodeAddressForm(request.POST)
    if form.is_valid():
        try:
            domains.expect_code(domain, domains.address_for_code(domain, form.cleaned_data["email"]))
        except ProofRefused as refused:
            form.add_error("email", str(refused))
        else:
            send_domain_code.enqueue(domain_id=domain.pk)
            messages.success(request, f"A code is on its way to {domain.code_sent_to}")
            return redirect("domain_detail", domain_id=domain.pk)
    return _shown(request, domain, status=422, address_form=form)


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def domain_code_entry(request: OrganizationRequest, domain_id: UUID) -> HttpResponse:
    domain = get_object_or_404(OrganizationDomain.objects.select_for_update(of=("self",)), pk=domain_id)
    form = CodeForm(request.POST)
    if kept(form, lambda: domains.enter_code(domain, form.cleaned_data["code"]), field="code", refused=ProofRefused):
        messages.success(request, f"{domain} is proven")
        return redirect("domain_detail", domain_id=domain.pk)
    return _shown(request, domain, status=422, code_form=form)


@PAGE
@requires(Permission.MANAGE_MEMBERS)
def domain_removal(request: OrganizationRequest, domain_id: UUID) -> HttpResponse:
    """Asks first, then gives the domain up: another firm may prove it from then on."""
    domain = get_object_or_404(OrganizationDomain, pk=domain_id)
    if not domains.can_change_joining(domain, by=request.member):
        raise PermissionDenied
    if request.method == "POST":
        domains.give_up(domain)
        messages.success(request, f"{domain.domain} was removed")
        return redirect("domain_list")
    return render(request, "organizations/domain/removal.html", {"domain": domain, **_frame()})


def _shown(
    request: OrganizationRequest, domain: OrganizationDomain, *, status: int = 200, **context: Any
) -> HttpResponse:
    context = {
        "domain": domain,
        "address_form": CodeAddressForm(),
        "code_form": CodeForm(),
        "form": JoiningForm(instance=domain, by=request.member),
        "is_changeable": domains.can_change_joining(domain, by=request.member),
        **_frame(),
        **context,
    }
    return render(request, "organizations/domain/detail.html", context, status=status)


def _frame() -> dict[str, Any]:
    return {**member_counts(), "is_domains": True}

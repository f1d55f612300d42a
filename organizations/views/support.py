"""The firm's side of support access: who asks to look in, and the owners' answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from organizations import support
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import SupportGrant
from organizations.permissions import Permission

#: Older ones are in the audit log.
SHOWN = 50


@require_safe
@requires(Permission.MANAGE_FIRM)
def support_access(request: OrganizationRequest) -> HttpResponse:
    grants = list(SupportGrant.objects.select_related("answered_by", "ended_by").order_by("-created_at", "-pk")[:SHOWN])
    context: dict[str, Any] = {
        "waiting": [grant for grant in grants if grant.state == "waiting"],
        "in_force": [grant for grant in grants if grant.state == "in_force"],
        "past": [grant for grant in grants if grant.state not in ("waiting", "in_force")],
    }
    return render(request, "organizations/firm/support.html", context)


@require_POST
@requires(Permission.ALLOW_SUPPORT)
def support_consent(request: OrganizationRequest, support_grant_id: UUID) -> HttpResponse:
    get_object_or_404(SupportGrant, pk=support_grant_id)
    try:
        grant = support.answer(support_grant_id, lambda asked: asked.consent(by=request.member))
    except support.SupportRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{grant.operator_name} can look for {grant.hours} hours; end it whenever you like")
    return redirect("support_access")


@require_POST
@requires(Permission.ALLOW_SUPPORT)
def support_refusal(request: OrganizationRequest, support_grant_id: UUID) -> HttpResponse:
    get_object_or_404(SupportGrant, pk=support_grant_id)
    try:
        grant = support.answer(support_grant_id, lambda asked: asked.refuse(by=request.member))
    except support.SupportRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{grant.operator_name} was refused")
    return redirect("support_access")


@require_POST
@requires(Permission.MANAGE_FIRM)
def support_end(request: OrganizationRequest, support_grant_id: UUID) -> HttpResponse:
    """Whoever runs the firm ends it: closing needs less than opening."""
    get_object_or_404(SupportGrant, pk=support_grant_id)
    grant = support.end(support_grant_id, by=request.member)
    messages.success(request, f"{grant.operator_name} sees nothing of the firm any more")
    return redirect("support_access")

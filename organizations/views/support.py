"""The firm's side of support access: who asks to look in, and the owners' answer."""

from collections.abc import Callable
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
    def consent(asked: SupportGrant) -> str:
        asked.consent(by=request.member)
        return f"{asked.operator_name} can look for {asked.hours} hours; end it whenever you like"

    return _answered(request, support_grant_id, consent)


@require_POST
@requires(Permission.ALLOW_SUPPORT)
def support_refusal(request: OrganizationRequest, support_grant_id: UUID) -> HttpResponse:
    def refuse(asked: SupportGrant) -> str:
        asked.refuse(by=request.member)
        return f"{asked.operator_name} was refused"

    return _answered(request, support_grant_id, refuse)


def _answered(request: OrganizationRequest, grant_id: UUID, act: Callable[[SupportGrant], str]) -> HttpResponse:
    """Back to the page, with the sentence that `act` returns, or why it came too late."""
    get_object_or_404(SupportGrant, pk=grant_id)
    try:
        messages.success(request, support.answer(grant_id, act))
    except support.SupportRefused as refused:
        messages.error(request, str(refused))
    return redirect("support_access")


@require_POST
@requires(Permission.MANAGE_FIRM)
def support_end(request: OrganizationRequest, support_grant_id: UUID) -> HttpResponse:
    """Whoever runs the firm ends it: closing needs less than opening."""
    get_object_or_404(SupportGrant, pk=support_grant_id)
    grant = support.end(support_grant_id, by=request.member)
    messages.success(request, f"{grant.operator_name} sees nothing of the firm any more")
    return redirect("support_access")

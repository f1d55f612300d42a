from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from look.paging import keyset_page
from organizations.access import requires
from organizations.forms.invite import InviteForm
from organizations.invitation_report import keep_report, kept_report
from organizations.invitations import Line, invite, may_answer_for, revoke
from organizations.jobs import send_invitation
from organizations.middleware import OrganizationRequest
from organizations.models import Invitation
from organizations.permissions import Permission
from organizations.views.members import member_counts


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_MEMBERS)
def invitation_list(request: OrganizationRequest) -> HttpResponse:
    """The open invitations, and the form for more; after sending, a line for each address."""
    form = InviteForm(request.POST or None, by=request.member)
    if form.is_valid():
        lines = invite(form.cleaned_data["emails"], role=form.cleaned_data["role"], by=request.member)
        _send(lines)
        return redirect(f"{reverse('invitation_list')}?{urlencode({'sent': keep_report(lines, by=request.member)})}")
    context = {
        "form": form,
        "lines": kept_report(request.GET.get("sent", ""), by=request.member),
        "page": keyset_page(
            Invitation.objects.open().select_related("invited_by"), ("-created_at", "-id"), request.GET
        ),
        **member_counts(),
        "is_invitations": True,
    }
    return render(request, "organizations/invitation/list.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def invitation_resend(request: OrganizationRequest, invitation_id: UUID) -> HttpResponse:
    invitation = _answerable(request, invitation_id)
    (line,) = invite([invitation.email], role=invitation.role, by=request.member)
    if line.invitation:
        _send([line])
        messages.success(request, f"Invitation sent to {line.email}")
    else:
        messages.error(request, f"Nothing was sent to {line.email}. {line.outcome}")
    return redirect("invitation_list")


def _answerable(request: OrganizationRequest, invitation_id: UUID) -> Invitation:
    invitation = get_object_or_404(Invitation.objects.open(), pk=invitation_id)
    if not may_answer_for(invitation, request.member):
        raise PermissionDenied
    return invitation


def _send(lines: list[Line]) -> None:
    for line in lines:
        if line.invitation:
            send_invitation.enqueue(invitation_id=line.invitation.pk)


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def invitation_revocation(request: OrganizationRequest, invitation_id: UUID) -> HttpResponse:
    invitation = _answerable(request, invitation_id)
    revoke(invitation)
    messages.success(request, f"The invitation to {invitation.email} was withdrawn")
    return redirect("invitation_list")

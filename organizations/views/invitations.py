from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from organizations.access import requires
from organizations.forms.invite import InviteForm
from organizations.invitations import invite, revoke
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
    lines = []
    if form.is_valid():
        lines = invite(form.cleaned_data["emails"], role=form.cleaned_data["role"], by=request.member)
        for line in lines:
            if line.invitation:
                send_invitation.enqueue(invitation_id=line.invitation.pk)
        form = InviteForm(by=request.member)
    invitations = Invitation.objects.open().select_related("invited_by").order_by("-created_at")
    context = {"form": form, "lines": lines, "invitations": invitations, **member_counts(), "is_invitations": True}
    return render(request, "organizations/invitation/list.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def invitation_resend(request: OrganizationRequest, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.open(), pk=invitation_id)
    invite([invitation.email], role=invitation.role, by=request.member)
    send_invitation.enqueue(invitation_id=invitation.pk)
    messages.success(request, f"Invitation sent to {invitation.email}")
    return redirect("invitation_list")


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def invitation_revocation(request: OrganizationRequest, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.open(), pk=invitation_id)
    revoke(invitation)
    messages.success(request, f"The invitation to {invitation.email} was withdrawn")
    return redirect("invitation_list")

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from organizations.access import requires
from organizations.changing import kept
from organizations.forms.ownership import OwnershipForm
from organizations.middleware import OrganizationRequest
from organizations.ownership import transfer
from organizations.permissions import Permission
from organizations.views.members import member_counts


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TRANSFER_OWNERSHIP)
def ownership_transfer(request: OrganizationRequest) -> HttpResponse:
    """Hand the firm over to another member."""
    form = OwnershipForm(request.POST or None, by=request.member)
    if kept(form, lambda: transfer(form.cleaned_data["taker"], by=request.member)):
        messages.success(request, f"{form.cleaned_data['taker']} is now an owner. You are an admin")
        return redirect("member_list")
    context = {"form": form, **member_counts(), "is_members": True}
    return render(request, "organizations/member/ownership.html", context, status=422 if form.errors else 200)

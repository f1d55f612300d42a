from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from organizations.access import requires
from organizations.forms.sign_in_policy import SignInPolicyForm
from organizations.middleware import OrganizationRequest
from organizations.models import Organization
from organizations.narrowing import require_feature
from organizations.permissions import Permission
from organizations.sign_in_policy import SignInPolicy


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_FIRM)
def firm_sign_in_policy(request: OrganizationRequest) -> HttpResponse:
    firms = Organization.objects.all()
    # Other settings in the same column are read and written under the row's lock.
    firm = firms.select_for_update().get() if request.method == "POST" else firms.get()
    initial = SignInPolicyForm.initial_of(SignInPolicy.of(firm))
    form = SignInPolicyForm(
        request.POST if request.method == "POST" else None, initial=initial, request=request, member=request.member
    )
    if form.is_valid() and form.cleaned_data["sso_from"]:
        require_feature("sso")
    if form.is_valid():
        form.policy().save(firm)
        messages.success(request, "Sign-in rules saved")
        return redirect("firm_sign_in_policy")
    return render(request, "organizations/firm/sign_in_policy.html", {"form": form}, status=422 if form.errors else 200)

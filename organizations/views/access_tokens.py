"""Tokens for programs: a member makes and ends their own; whoever manages a member ends theirs too."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import policies
from accounts.confirming import SIGN_IN_AGAIN
from organizations import access_tokens
from organizations.access import any_member, needs_plan
from organizations.access_tokens import TokenNotMade
from organizations.confirming import confirm_url
from organizations.forms.access_token import AccessTokenForm
from organizations.middleware import OrganizationRequest
from organizations.models import AccessToken

SHOWN = 50
SAY_AGAIN = "Some minutes have passed since you showed that it is you. Show it again: the link below opens the page."


@require_safe
@any_member
def access_token_list(request: OrganizationRequest) -> HttpResponse:
    mine = AccessToken.objects.filter(member=request.member).order_by("-created_at", "-pk")[:SHOWN]
    rows = [(token, _state(token, request.user)) for token in mine]
    return render(request, "organizations/access_token/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
@needs_plan("api")
def access_token_create(request: OrganizationRequest) -> HttpResponse:
    """The token is in this answer and nowhere else, so there is no other page to lead to."""
    confirmed = policies.confirmed_lately(request)
    if not confirmed and request.method != "POST":
        return _confirm_first(request)
    form = AccessTokenForm(request.POST or None, member=request.member)
    if form.is_valid() and not confirmed:
        form.add_error(None, SAY_AGAIN)
    if form.is_valid():
        try:
            made, token = access_tokens.make(by=request.member, request=request, **form.wanted())
        except TokenNotMade as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "organizations/access_token/made.html", {"made": made, "token": token}, status=201)
    context = {"form": form, "confirm_url": confirm_url(request)}
    return render(request, "organizations/access_token/form.html", context, status=422 if form.errors else 200)


@require_POST
@any_member
def access_token_revocation(request: OrganizationRequest, access_token_id: UUID) -> HttpResponse:
    tokens = AccessToken.objects.visible_to(request.member).select_related("member")
    token = get_object_or_404(tokens, pk=access_token_id)
    is_own = token.member == request.member
    if not is_own and not request.member.may_manage(token.member):
        raise PermissionDenied
    access_tokens.revoke(token)
    messages.success(request, f"{token} works no more")
    return redirect("access_token_list") if is_own else redirect("member_detail", member_id=token.member_id)


def _state(token: AccessToken, person: Any) -> str:
    """Why it works no more; empty while it works."""
    if token.revoked_at:
        return "Ended"
    if not token.is_living:
        return "Expired"
    return "" if token.is_of_this_password(person) else "Ended by a new password"


def _confirm_first(request: OrganizationRequest) -> HttpResponse:
    if url := confirm_url(request):
        return redirect(url)
    messages.error(request, SIGN_IN_AGAIN)
    return redirect("access_token_list")

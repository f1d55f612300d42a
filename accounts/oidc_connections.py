"""Which providers a signed-in person can sign in with: adding one, and taking one away again."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.connect import disconnect, validate_disconnect
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.confirming import confirmed_first
from accounts.oidc_views import leave_for
from tenancy.context import alias_for, current


def connections(request: HttpRequest) -> list[dict[str, Any]]:
    """Each provider of this installation, with the person's account there if it is connected."""
    mine = {account.provider: account for account in SocialAccount.objects.filter(user=request.user.pk)}
    apps = get_adapter().list_apps(request)
    return [{"id": app.provider_id, "name": app.name, "account": mine.get(app.provider_id)} for app in apps]


@require_POST
@confirmed_first
def oidc_connect(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider; whoever comes back signed in there may sign in here with it from then on."""
    return leave_for(request, provider_id, process="connect")


@require_POST
@confirmed_first
def oidc_removal(request: HttpRequest, account_id: int) -> HttpResponse:
    with transaction.atomic(using=alias_for(current().surface)):
        account = get_object_or_404(SocialAccount.objects.select_for_update(), pk=account_id, user=request.user.pk)
        try:
            validate_disconnect(request, account)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            disconnect(request, account)
    return redirect("mfa_index")

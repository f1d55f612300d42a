"""allauth's pages where they need more than other words, and the devices somebody is signed in with."""

from typing import Any
from uuid import UUID

from allauth.account import views
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts import ending_sessions, sign_in_trail, trusted_devices
from accounts.models import ActiveUserSession, TrustedDevice, UserSession
from accounts.policies import confirmed_lately
from tenancy.context import alias_for, current


class EmailView(views.EmailView):
    def _action_primary(self, request: HttpRequest) -> HttpResponse | None:
        """Somebody who never confirmed it may have signed up with this address; then it names their account."""
        try:
            with transaction.atomic(using=alias_for(current().surface)):
                return super()._action_primary(request)
        except IntegrityError:
            messages.error(request, "This address cannot be your main one. Nothing was changed.")
            return None


class PasswordSetView(views.PasswordSetView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever took too long is asked again before the form: a request that waits is stored, and this has a password."""
        if not confirmed_lately(request):
            return redirect("account_set_password")
        return super().post(request, *args, **kwargs)


@require_POST
def device_end(request: HttpRequest, device_id: UUID) -> HttpResponse:
    device = get_object_or_404(ActiveUserSession, pk=device_id, user=request.user.pk)
    ending_sessions.end(UserSession.objects.filter(pk=device.pk), request.user)
    trusted_devices.forget_others(request)
    messages.success(request, f"{device.device} is signed out.")
    return redirect("mfa_index")


@require_POST
def device_end_others(request: HttpRequest) -> HttpResponse:
    ended = ending_sessions.end(ending_sessions.others(request), request.user)
    trusted_devices.forget_others(request)
    messages.success(request, "All other devices are signed out." if ended else "No other device was signed in.")
    return redirect("mfa_index")


@require_POST
def trusted_device_removal(request: HttpRequest, device_id: UUID) -> HttpResponse:
    device = get_object_or_404(TrustedDevice, pk=device_id, user=request.user.pk)
    device.delete()
    sign_in_trail.write("device_forgotten", device.user)
    messages.success(request, f"{device} is asked for a code again.")
    return redirect("mfa_index")

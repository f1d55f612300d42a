"""allauth's pages of second factors, inside one transaction of the sign-in role."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal import auth
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts import second_factor, trusted_devices
from accounts.models import ActiveUserSession, UserSession
from accounts.oidc_connections import connections
from accounts.own_trail import password_chosen, recent_events
from accounts.session_store import token_hash
from tenancy.context import alias_for, current


def in_transaction(view: Callable[..., Any]) -> Callable[..., Any]:
    """allauth opens transactions on the default alias, while its rows are reached, and locked, through this role's."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic(using=alias_for(current().surface)):
            return view(request, *args, **kwargs)

    return inside


class AuthenticateView(base.AuthenticateView):
    """The step after the password. Who says so is not asked again on this device for a while."""

    def form_valid(self, form: Any) -> HttpResponse:
        user, answer = self.stage.login.user, super().form_valid(form)
        if form.cleaned_data.get("trust") and self.request.user.is_authenticated:
            trusted_devices.trust(self.request, answer, user)
        return answer


class IndexView(base.IndexView):
    """Account security, all on one page: devices, what happened lately, passkeys, second factor, password, providers."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        codes = context["authenticators"].get("recovery_codes")
        user: Any = self.request.user
        this = UserSession.objects.filter(token_hash=token_hash(self.request.session.session_key))
        return context | {
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
            "devices": ActiveUserSession.objects.filter(user=user.pk).order_by("-last_seen_at", "-pk"),
            "this_id": this.values_list("pk", flat=True).first(),
            "happened": recent_events(user),
            "asked_for": [words for ask in second_factor.asked_for for words in ask(user)],
            "password_chosen": password_chosen(user),
            "trusted": trusted_devices.living(user).order_by("-last_used_at", "-pk"),
            "trusted_here": trusted_devices.of_request(self.request, user),
            "connections": connections(self.request),
            "has_password": user.has_usable_password(),
        }


class AddPasskeyView(passkeys.AddWebAuthnView):
    """The device keeps the key and asks for a finger, a face or a PIN: then it is enough by itself."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return context


class RecoveryCodesView(recovery_codes.ViewRecoveryCodesView):
    """Shown once; the file to keep is in the page itself, so that nothing is asked a second time."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if context["can_view_codes"]:
            context["file_text"] = "Tickmark recovery codes, each works once\n\n" + "\n".join(context["unused_codes"])
        return context

"""Second factors: authenticator app, passkeys, recovery codes. The names are allauth's, which leads from one to another."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.generic import RedirectView

from accounts import second_factor_forms as forms
from accounts import second_factor_views as views
from accounts.confirming import confirmed_first
from accounts.second_factor_views import in_transaction

PAGES = [
    ("", views.IndexView.as_view(), "mfa_index"),
    (
        "authenticate/",
        views.AuthenticateView.as_view(
            form_class=forms.AuthenticateForm, webauthn_form_class=forms.AuthenticatePasskeyForm
        ),
        "mfa_authenticate",
    ),
    ("reauthenticate/", base.ReauthenticateView.as_view(form_class=forms.ReauthenticateForm), "mfa_reauthenticate"),
    ("app/", totp.ActivateTOTPView.as_view(form_class=forms.ActivateTOTPForm), "mfa_activate_totp"),
    ("app/removal/", totp.DeactivateTOTPView.as_view(), "mfa_deactivate_totp"),
    ("recovery-codes/", views.RecoveryCodesView.as_view(), "mfa_view_recovery_codes"),
    ("recovery-codes/new/", recovery_codes.GenerateRecoveryCodesView.as_view(), "mfa_generate_recovery_codes"),
    ("passkeys/", RedirectView.as_view(pattern_name="mfa_index"), "mfa_list_webauthn"),
    ("passkeys/new/", views.AddPasskeyView.as_view(form_class=forms.AddPasskeyForm), "mfa_add_webauthn"),
    ("passkeys/sign-in/", passkeys.LoginWebAuthnView.as_view(form_class=forms.LoginPasskeyForm), "mfa_login_webauthn"),
    (
        "passkeys/reauthenticate/",
        passkeys.ReauthenticateWebAuthnView.as_view(form_class=forms.ReauthenticatePasskeyForm),
        "mfa_reauthenticate_webauthn",
    ),
    ("passkeys/<int:pk>/", passkeys.EditWebAuthnView.as_view(form_class=forms.EditPasskeyForm), "mfa_edit_webauthn"),
    ("passkeys/<int:pk>/removal/", passkeys.RemoveWebAuthnView.as_view(), "mfa_remove_webauthn"),
]
#: A factor is added or taken away, or codes are made.
CHANGES = {
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
}  # fmt: skip


def _guarded(view: Callable[..., Any], name: str) -> Callable[..., Any]:
    return in_transaction(confirmed_first(view) if name in CHANGES else view)


urlpatterns = [path(route, _guarded(view, name), name=name) for route, view, name in PAGES]

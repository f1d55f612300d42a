"""Sign-in pages. They run as the sign-in role; see config.middleware. Ours come first, with our forms."""

from allauth.account import views as allauth
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts import forms, oidc_connections, oidc_views, unlock, views
from accounts.confirming import confirmed_first

urlpatterns = [
    path("", include("accounts.own_urls")),
    path("login/", allauth.LoginView.as_view(form_class=forms.LoginForm), name="account_login"),
    path(
        "email/",
        confirmed_first(views.EmailView.as_view(form_class=forms.AddEmailForm), looking_is_free=True),
        name="account_email",
    ),
    path(
        "password/change/",
        allauth.PasswordChangeView.as_view(form_class=forms.ChangePasswordForm),
        name="account_change_password",
    ),
    path(
        "password/set/",
        confirmed_first(views.PasswordSetView.as_view(form_class=forms.SetPasswordForm)),
        name="account_set_password",
    ),
    path(
        "password/reset/",
        allauth.PasswordResetView.as_view(form_class=forms.ResetPasswordForm),
        name="account_reset_password",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.PasswordResetFromKeyView.as_view(form_class=forms.ResetPasswordKeyForm),
        name="account_reset_password_from_key",
    ),
    path(
        "reauthenticate/",
        allauth.ReauthenticateView.as_view(form_class=forms.ReauthenticateForm),
        name="account_reauthenticate",
    ),
    path("oidc/<slug:provider_id>/login/", oidc_views.oidc_login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/callback/", oidc_views.oidc_callback, name="openid_connect_callback"),
    path("oidc/<slug:provider_id>/connect/", oidc_connections.oidc_connect, name="openid_connect_connect"),
    path("oidc/removal/<int:account_id>/", oidc_connections.oidc_removal, name="openid_connect_removal"),
    path("devices/", RedirectView.as_view(pattern_name="mfa_index"), name="account_device_list"),
    path("devices/others/end/", views.device_end_others, name="account_device_end_others"),
    path("devices/<uuid:device_id>/end/", views.device_end, name="account_device_end"),
    path("devices/trusted/<uuid:device_id>/removal/", views.trusted_device_removal, name="trusted_device_removal"),
    path("unlock/<str:token>/", unlock.unlock, name="account_unlock"),
    path("second-factor/", include("accounts.second_factor_urls")),
    path("", include("allauth.account.urls")),
]

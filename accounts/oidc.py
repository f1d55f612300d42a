"""Signing in through an organisation's own provider: what differs from allauth's OpenID Connect. See docs/adr/0010."""

import hashlib
import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts import provider_pictures, sign_up
from accounts.claimed_addresses import drop_claims
from accounts.jobs import fetch_provider_picture
from accounts.models import User
from accounts.oidc_settings import trusts
from accounts.oidc_token import verified_claims
from accounts.person_changes import person_changed
from accounts.plain_text import validate_plain_text
from tenancy.context import APP, acting_as, alias_for, current, surface

#: What is kept of a provider's answer; the rest is nobody's business here.
KEPT_CLAIMS = ("sub", "email", "name", "given_name", "family_name", "picture")
PROVIDER = "openid_connect"
DISCOVERED_SECONDS = 60 * 60
#: Seconds until a transaction of sign-in is over, in any case.
STORED_BY = 60

logger = logging.getLogger(__name__)


def nonce_for(state: str | None) -> str:
    """Bound to the state, which is kept in the session and good once; nobody without our key can make it."""
    return salted_hmac("accounts.oidc.nonce", state or "", algorithm="sha256").hexdigest()


def refused(
    request: HttpRequest, provider: Any, reason: str = "refused", status: int = 401, because: Any = None
) -> HttpResponse:
    """The person reads what to do; the log says what was wrong, without any token."""
    logger.warning("Sign-in at %s: %s, %s", provider.app.provider_id, reason, type(because).__name__, exc_info=because)
    context = {"provider": provider, "reason": reason}
    return render(request, "account/oidc_refused.html", context, status=status)


class Client(OAuth2Client):
    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, Any]) -> str:
        return super().get_redirect_url(authorization_url, scope, extra_params | {"nonce": nonce_for(self.state)})


class Endpoint(OpenIDConnectOAuth2Adapter):
    """Talks to one provider."""

    client_class = Client

    @property
    def openid_config(self) -> dict[str, Any]:
        """Where the provider's pages are: asked again every hour. Its keys are asked for at each sign-in."""
        address = self.get_provider().server_url
        key = f"accounts.oidc:{hashlib.sha256(address.encode()).hexdigest()}"
        config = cache.get(key)
        if config is None:
            config = self._checked(super().openid_config)
            cache.set(key, config, timeout=DISCOVERED_SECONDS)
        return config

    def _checked(self, config: Any) -> dict[str, Any]:
        expected = self.get_provider().app.settings["server_url"]
        if not isinstance(config, dict) or str(config.get("issuer", "")).rstrip("/") != expected:
            raise OAuth2Error("Another issuer answered than the one that was configured.")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(isinstance(config.get(name), str) for name in needed):
            raise OAuth2Error("The provider does not say where its pages are.")
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        config = self.openid_config
        claims = verified_claims(
            str(kwargs["response"].get("id_token", "")),
            keys_url=config["jwks_uri"],
            issuer=config["issuer"],
            client_id=app.client_id,
            nonce=nonce_for(request.GET.get("state")),
        )
        if "userinfo_endpoint" in config:
            told = self._fetch_user_info(token.token)
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("The provider told of another person than the one who signed in.")
            claims |= told
        kept: dict[str, Any] = {name: plain(claims.get(name), 2000) for name in KEPT_CLAIMS}
        kept["email_verified"] = claims.get("email_verified") is True  # the word "false" of some providers is not
        return self.get_provider().sociallogin_from_response(request, kept)


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Endpoint
    pkce_enabled_default = True

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Confirmed only where the operator takes this provider's word for the domain: any of them can state anything.

        What it stated stays in the account's claims, which count for the firm that chose this provider alone.
        """
        addresses: list[EmailAddress] = super().extract_email_addresses(data)
        for address in addresses:
            address.verified = address.verified and trusts(self.app.settings, address.email)
        return addresses

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """allauth lets the address of the page add parameters here; ours come from the configuration alone."""
        return self.get_auth_params()

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_scope()


class SocialAdapter(DefaultSocialAccountAdapter):
    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "no_password": "This is your only way to sign in. Set a password first, then take it away.",
        "no_verified_email": "Confirm an address first: a forgotten password needs one.",
    }

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("mfa_index")

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Providers come from the environment; their secrets are in no table."""
        configured: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS[PROVIDER]["APPS"]  # type: ignore[assignment]
        apps = [SocialApp(provider=PROVIDER, **app) for app in configured]
        return [
            app for app in apps if provider in (None, PROVIDER, app.provider_id) and client_id in (None, app.client_id)
        ]

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Links to an account only for a domain the operator trusts this provider with, and a confirmed address."""
        trusted = trusts(login.provider.app.settings, email)
        return trusted and EmailAddress.objects.filter(email__iexact=email, verified=True).exists()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Or on the way to an invitation for an address that the provider vouches for, and may vouch for."""
        if sign_up.is_open():
            return True
        invited = sign_up.invited_address(sociallogin.state.get("next") or "").lower()
        vouched = {address.email.lower() for address in sociallogin.email_addresses if address.verified}
        return bool(invited) and invited in vouched

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        for address in sociallogin.email_addresses:
            drop_claims(address.email)
        return super().is_auto_signup_allowed(request, sociallogin)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = sociallogin.user
        user.email = data.get("email", "").lower()
        copy_claims(user, sociallogin)
        user.full_name = user.full_name or user.email.partition("@")[0]
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if not sociallogin.is_existing and (known := known_to_auth0(sociallogin)):
            sociallogin.connect(request, known)
        if sociallogin.is_existing:
            sync(sociallogin)
        elif not sociallogin.email_addresses and sociallogin.state.get("process") != "connect":
            raise ImmediateHttpResponse(refused(request, sociallogin.provider, "no_email", status=422))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """One account or none: the person, the address and the provider's id in one transaction."""
        with transaction.atomic(using=alias_for(current().surface)):
            user = super().save_user(request, sociallogin, form)
        want_picture(user, sociallogin)
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        reason = "cancelled" if str(error) == "cancelled" else "refused"
        raise ImmediateHttpResponse(refused(request, provider, reason, because=exception))


def known_to_auth0(login: SocialLogin) -> User | None:
    """A person who came from another system with Auth0's id already."""
    if not login.provider.app.settings["is_auth0"]:
        return None
    return User.objects.filter(auth0_id=login.account.uid).exclude(status=User.Status.DELETED).first()


def sync(login: SocialLogin) -> None:
    """At each sign-in the provider's name replaces ours, and its picture the one that came from there."""
    user = User.objects.get(pk=login.user.pk)
    if not user.is_active:  # nor do they sign in; what was forgotten stays forgotten
        return
    before = user.full_name
    if changed := copy_claims(user, login):
        user.save(update_fields=changed)
    if user.full_name != before:
        person_changed(user)
    want_picture(user, login)


def want_picture(user: User, login: SocialLogin) -> None:
    """By a job that waits until this sign-in is stored: only the application's role has a queue."""
    is_told = user.avatar or login.account.extra_data.get("picture")
    if is_told and provider_pictures.is_followed(user, login.account.pk):
        with surface(APP), acting_as(user.pk):
            fetch_provider_picture.enqueue_in(STORED_BY, user, account_id=login.account.pk)


def copy_claims(user: User, login: SocialLogin) -> list[str]:
    """Sets what the provider tells of a person on `user`; the names of the columns that changed."""
    claims = login.account.extra_data
    values = {"full_name": plain(claims.get("name"), 200)}
    values["first_name"], _, values["last_name"] = (part[:100] for part in values["full_name"].partition(" "))
    values["first_name"] = plain(claims.get("given_name"), 100) or values["first_name"]
    values["last_name"] = plain(claims.get("family_name"), 100) or values["last_name"]
    if login.provider.app.settings["is_auth0"]:
        values["auth0_id"] = login.account.uid
    changed = [name for name, value in values.items() if value and getattr(user, name) != value]
    for name in changed:
        setattr(user, name, values[name])
    return changed


def plain(text: Any, longest: int) -> str:
    try:
        validate_plain_text(text := text.strip() if isinstance(text, str) else "")
    except ValidationError:
        return ""
    return text[:longest]

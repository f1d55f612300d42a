"""What allauth asks us: where to lead people, what to send them, which words to use."""

from datetime import datetime
from threading import Thread
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import sign_in_lock, sign_in_trail, sign_up
from accounts.locales import reading
from accounts.mail_log import described
from accounts.models import User
from accounts.plain_text import validate_plain_text
from tenancy.context import current

LONGEST_EMAIL, LONGEST_PASSWORD = 254, 200

#: The one thing to do in a mail: which value of its context is the address, and the words on the button.
MAIL_ACTIONS = {
    "account/email/email_confirmation": ("activate_url", "Confirm this address"),
    "account/email/email_confirmation_signup": ("activate_url", "Confirm this address"),
    "account/email/account_already_exists": ("password_reset_url", "Choose a new password"),
    "account/email/password_reset_key": ("password_reset_url", "Choose a new password"),
    "account/email/unknown_account": ("signup_url", "Create an account"),
}

WORDS = {
    "account_inactive": "This account is suspended.",
    "cannot_remove_primary_email": "This is your main address. Make another one the main address first.",
    "duplicate_email": "You have added this address already.",
    "email_password_mismatch": "That email and password do not match",
    "enter_current_password": "That is not your current password.",
    "incorrect_password": "That is not your password.",
    "max_email_addresses": "You can have %d addresses. Remove one first.",
    "too_many_login_attempts": "Sign-in is paused for this address",
}

#: How a person confirms being the one who signed in.
WAYS = {
    "reauthenticate": "your password",
    "mfa_reauthenticate": "a code",
    "mfa_reauthenticate:webauthn": "a passkey",
}


def came_from(request: HttpRequest) -> str:
    """Where a person goes on after signing up."""
    return request.POST.get("next") or request.GET.get("next") or ""


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {**DefaultAccountAdapter.error_messages, **WORDS}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return sign_up.is_open() or bool(sign_up.invited_address(came_from(request)))

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site: a host in `next` could lead a person who just signed in elsewhere."""
        return url is not None and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address the outermost middleware found; rate limits count by it."""
        return current().facts.get("ip", "")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if sign_in_lock.is_paused(request, credentials.get("email", "")):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user: Any = super().authenticate(request, **credentials)
        if user is None:
            return None
        address = credentials.get("email", "")
        if sign_in_lock.is_account_paused(request, user) or sign_in_lock.is_paused(request, address):
            # By tries at another of its addresses, or made while this one was being compared: many guesses at once are
            # no more tries than one after the other. Saying so would tell that the password was right.
            self.authentication_failed(request, **credentials)
            return None
        sign_in_lock.succeeded(request, address, user)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        address = credentials.get("email", "")
        user, until = sign_in_lock.failed(request, address)
        if until:
            sign_in_trail.write("sign_in_paused", user, minutes=round((until - timezone.now()).total_seconds() / 60))
            self._send_unlock_link(request, user, address, until)

    def _send_unlock_link(self, request: HttpRequest, user: Any, address: str, until: datetime) -> None:
        """Made for unknown addresses too, and sent after the answer: neither takes longer than the other."""
        link = reverse("account_unlock", args=[sign_in_lock.link_token(user or User(), until)])
        context = {
            "request": request, "ip": self.get_client_ip(request), "timestamp": timezone.now(), "until": until,
            "action_url": request.build_absolute_uri(link), "action_label": "Lift the pause",
        }  # fmt: skip
        with reading(user or User()):
            message = self.render_mail("account/email/sign_in_paused", user.email if user else address, context)
        if user:
            Thread(target=message.send).start()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return sign_in_lock.tries_key(request, credentials.get("email", ""))

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """After a reset allauth would do it for addresses that the account only claims; see sign_in_trail."""

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.trusted_devices.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [{**way, "description": WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def clean_email(self, email: str) -> str:
        if len(email) > LONGEST_EMAIL:
            raise ValidationError(f"An address has at most {LONGEST_EMAIL} characters.")
        validate_plain_text(email)
        return email

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(f"Use at most {LONGEST_PASSWORD} characters.")
        return super().clean_password(password, user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        template_prefix = f"account/email/{template_prefix.rpartition('/')[2]}"  # those of other apps lie there too
        if action := MAIL_ACTIONS.get(template_prefix):
            context = {**context, "action_url": context[action[0]], "action_label": action[1]}
        super().send_mail(template_prefix, email, context)

    def render_mail(self, template_prefix: str, *args: Any, **kwargs: Any) -> EmailMessage:
        message = super().render_mail(template_prefix, *args, **kwargs)
        return described(message, template_prefix.rpartition("/")[2])

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """A change of password or address is always told, so that a stranger's change does not stay unseen."""
        to = email or EmailAddress.objects.get_primary_email(user)
        if to:
            facts = {"ip": current().facts.get("ip", ""), "timestamp": timezone.now()}
            with reading(user):
                self.send_mail(template_prefix, to, {**facts, **(context or {})})

"""Who signed in, out, or failed to, and who changed a password: lines in the platform's audit trail."""

from typing import Any

from allauth.account import signals as allauth
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.contrib.auth import signals
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts import sign_in_lock
from accounts.models import User
from audit.log import record_platform
from tenancy.context import current


def connect() -> None:
    signals.user_logged_in.connect(signed_in, dispatch_uid="accounts.signed_in")
    signals.user_logged_out.connect(signed_out, dispatch_uid="accounts.signed_out")
    signals.user_login_failed.connect(failed, dispatch_uid="accounts.failed")
    for name in ("user_signed_up", "password_set", "password_changed", "password_reset", "email_changed"):
        getattr(allauth, name).connect(
            _recorder(name.removeprefix("user_")), weak=False, dispatch_uid=f"accounts.{name}"
        )

    allauth.password_reset.connect(pause_lifted, dispatch_uid="accounts.pause_lifted")
    mfa.authenticator_added.connect(_factor_recorder("factor_added"), weak=False, dispatch_uid="accounts.factor_added")
    mfa.authenticator_removed.connect(
        _factor_recorder("factor_removed"), weak=False, dispatch_uid="accounts.factor_removed"
    )
    mfa.authenticator_reset.connect(_factor_recorder("factor_reset"), weak=False, dispatch_uid="accounts.factor_reset")
    mfa.authentication_failed.connect(
        _factor_recorder("factor_failed"), weak=False, dispatch_uid="accounts.factor_failed"
    )
    social_account_added.connect(provider_added, dispatch_uid="accounts.provider_added")
    social_account_removed.connect(provider_removed, dispatch_uid="accounts.provider_removed")
    mfa.authenticator_used.connect(factor_used, dispatch_uid="accounts.factor_used")


def signed_in(*, user: User, **kwargs: Any) -> None:
    write("login", user)
    User.objects.filter(pk=user.pk).update(last_login_ip=current().facts.get("ip"))


def signed_out(*, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        write("logout", user)


def failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """The address under a key: tries at one can be counted, and what was typed is nowhere. Whose it is, its person sees."""
    address = str(credentials.get("email") or credentials.get("username") or "").lower()
    user = sign_in_lock.accounts_of(address).first()
    write("login_failed", user, address=salted_hmac("accounts.login_failed", address, algorithm="sha256").hexdigest())


def pause_lifted(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever reads the mail of the account may sign in with the password chosen through it."""
    sign_in_lock.forget(request, user)


def provider_added(*, sociallogin: Any, **kwargs: Any) -> None:
    write("provider_added", sociallogin.user, provider=sociallogin.account.provider)


def provider_removed(*, socialaccount: Any, **kwargs: Any) -> None:
    write("provider_removed", socialaccount.user, provider=socialaccount.provider)


def factor_used(*, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    write("factor_used", user, factor=authenticator.type)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.refresh_from_db(fields=["data"])  # allauth marked the code as used on a copy
        left = len(authenticator.wrap().get_unused_codes())
        get_adapter().send_notification_mail("account/email/recovery_code_used", user, {"codes_left": left})


def _factor_recorder(action: str) -> Any:
    def record(*, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
        write(action, user, factor=authenticator.type)

    return record


def _recorder(action: str) -> Any:
    def record(*, user: User, **kwargs: Any) -> None:
        write(action, user)

    return record


def write(action: str, user: User | None, **values: Any) -> None:
    person = user.pk if user else None
    record_platform(action, "users", person, by=person, **values)

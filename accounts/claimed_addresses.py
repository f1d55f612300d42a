"""An address that somebody has added and not confirmed is a claim: it opens no account, and keeps nobody out.

An account none of whose addresses is confirmed is a claim too: of whoever reads the mail there, not of who made it.
"""

from collections.abc import Iterable
from typing import Any

from allauth.account import signals
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from accounts.models import User
from accounts.sign_in_lock import addresses_of
from accounts.sign_in_trail import write
from tenancy.context import alias_for, current


def connect() -> None:
    signals.password_reset.connect(end_other_ways_in, dispatch_uid="accounts.end_other_ways_in")


def drop_claims(email: str) -> None:
    """Before somebody signs up with the address. Main addresses stay: those accounts are answered by mail."""
    claims = EmailAddress.objects.filter(email=email.lower(), verified=False, primary=False)
    claims.exclude(user__email__iexact=email).delete()


def reached_at(email: str, users: Iterable[User]) -> list[User]:
    """Those of them who get a key to their account by mail there."""
    return [user for user in users if _is_reached(user, email.lower())]


def _is_reached(user: User, email: str) -> bool:
    """At each confirmed address; at the main one as long as there is none."""
    confirmed = [address.lower() for address in addresses_of(user)]
    return email in (confirmed or [user.email.lower()])


def end_other_ways_in(*, user: User, **kwargs: Any) -> None:
    """After a password was chosen through the mail of an account nobody had confirmed: somebody else may have made it.

    The id at Auth0 goes too, as it would connect the same account there again.
    """
    if addresses_of(user):
        return
    with transaction.atomic(using=alias_for(current().surface)):
        for account in SocialAccount.objects.filter(user=user):
            account.delete()
            write("provider_removed", user, provider=account.provider)
        for factor in Authenticator.objects.filter(user=user):
            factor.delete()
            write("factor_removed", user, factor=factor.type)
        User.objects.filter(pk=user.pk).update(auth0_id=None)
    user.auth0_id = None

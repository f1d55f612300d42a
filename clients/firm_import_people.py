"""People of a firm that is brought in, and who they are in this installation."""

from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from uuid_utils.compat import uuid7

from accounts.models import User
from clients.firm_archive import Archive, ImportRefused
from clients.firm_import_rows import checked_rows
from organizations.models import Membership

#: An account that was forgotten has this end; it is made as one that nobody signs in to.
FORGOTTEN = "@deleted.invalid"


def people(archive: Archive, made: list[str]) -> dict[str, User]:
    """Id in the file → account here. Tells the addresses of those it made."""
    found: dict[str, User] = {}
    for row in checked_rows(Membership, archive):
        known = User.objects.filter(email__iexact=row["email"]).first()
        if known and not is_safe(known):
            raise ImportRefused(
                f"{row['email']} has an account here whose address nobody has confirmed. Have it confirmed, or delete it."
            )
        found[row["user_id"]] = known or make_account(row, made)
    return found


def is_safe(user: User) -> bool:
    """Nobody gets into the account but who reads the mails of its address: others may have made it in advance."""
    if EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
        return True
    return not user.has_usable_password() and not SocialAccount.objects.filter(user=user).exists()


def make_account(row: dict[str, Any], made: list[str]) -> User:
    """With the same id, where nobody has it here."""
    key = UUID(row["user_id"])
    key = uuid7() if User.objects.filter(pk=key).exists() else key
    is_gone = row["email"].endswith(FORGOTTEN)
    user = User.objects.create_user(
        row["email"], None, pk=key, full_name=row["display_name"],
        status=User.Status.DELETED if is_gone else User.Status.ACTIVE,
    )  # fmt: skip
    if not is_gone:
        EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
        made.append(user.email)
    return user

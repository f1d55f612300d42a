"""What a person has outside the firms, to be asked for by another."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.files.base import ContentFile
from django.utils import timezone
from psycopg import sql

from accounts.models import DataExport, TrustedDevice, UserSession
from accounts.storage import new_key, personal_files
from organizations.models import Membership
from tenancy.context import IDENTITY, acting_as, surface
from tests.isolation.rows import run

#: What the sign-in role keeps of people, and the column that says whose it is.
KEPT = {
    "users": "id",
    "user_profiles": "user_id",
    "user_sessions": "user_id",
    "account_emailaddress": "user_id",
    "socialaccount_socialaccount": "user_id",
    "mfa_authenticator": "user_id",
    "trusted_devices": "user_id",
}
THEIRS = sql.SQL("SELECT t::text FROM {} t WHERE {} = %s ORDER BY 1")


def belongings(member: Membership) -> dict[str, Any]:
    """One of everything that addresses can name."""
    person, later = member.user_id, timezone.now() + timedelta(days=30)
    with surface(IDENTITY):
        found = {
            "session": UserSession.objects.filter(user=person).earliest("created_at"),
            "trusted_device": TrustedDevice.objects.create(
                user_id=person, token_hash=sha256(b"trusted").digest(), setup="x", expires_at=later
            ),
            "passkey": Authenticator.objects.create(
                user_id=person, type="webauthn", data={"name": "A phone of theirs", "credential": {}}
            ),
            "provider_account": SocialAccount.objects.create(user_id=person, provider="oidc", uid="theirs"),
        }
    return found | {"export": an_export(member)}


def an_export(member: Membership, status: str = "ready") -> DataExport:
    key = personal_files().save(new_key("exports", member.user_id, "zip"), ContentFile(b"Everything of theirs"))
    with acting_as(member.user_id):
        return DataExport.objects.create(
            user_id=member.user_id, status=status, storage_key=key, ready_at=timezone.now()
        )


def kept_of(member: Membership) -> list[Any]:
    """Every row outside the firms that is this person's."""
    with surface(IDENTITY):
        found = [
            run(THEIRS.format(sql.Identifier(table), sql.Identifier(column)), member.user_id)
            for table, column in KEPT.items()
        ]
    with acting_as(member.user_id):
        exports = list(DataExport.objects.order_by("pk"))
    assert all(personal_files().exists(export.storage_key) for export in exports)
    return [*found, [(export.pk, export.status) for export in exports]]

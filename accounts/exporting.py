"""A copy of everything stored about a person outside the firms, and of the memberships: one JSON file a table, in a zip.

Made part by part, each in its own transaction, so that the page can tell how far it is.
"""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from accounts.models import DataExport, TrustedDevice, User, UserProfile, UserSession
from accounts.storage import is_of, new_key, personal_files
from tenancy.context import acting_as, alias_for, current

PAUSE = timedelta(days=1)
#: An export at work for longer has lost its worker.
STUCK = timedelta(hours=1)
Rows = list[dict[str, Any]]

ACCOUNT = (
    "id", "email", "first_name", "last_name", "full_name", "timezone", "locale", "notification_settings", "status",
    "auth0_id", "last_login", "last_login_ip", "created_at", "updated_at",
)  # fmt: skip
PROFILE = ("job_title", "phone", "bio", "profile_data", "created_at", "updated_at")
TRUSTED = ("ip_address", "user_agent", "created_at", "last_used_at", "expires_at")
SESSION = ("ip_address", "user_agent", "created_at", "last_seen_at", "expires_at", "revoked_at")


def looked_up(function: str) -> Rows:
    """What one of our look-up functions says of the signed-in person."""
    statement = {
        "my_addresses": "SELECT * FROM app.my_addresses()",
        "my_trail": "SELECT * FROM app.my_trail()",
    }[function]
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


#: File → (what it is, its rows). The apps above add theirs. Secrets are in none: no password, no key of a session.
PARTS: dict[str, tuple[str, Callable[[UUID], Rows]]] = {
    "account": ("Your account", lambda person: list(User.objects.filter(pk=person).values(*ACCOUNT))),
    "addresses": ("Your email addresses", lambda person: looked_up("my_addresses")),
    "profile": ("Your profile", lambda person: list(UserProfile.objects.filter(user=person).values(*PROFILE))),
    "sessions": ("Where you are signed in", lambda person: list(UserSession.objects.filter(user=person).values(*SESSION))),
    "trusted_devices": (
        "Devices not asked for a second factor",
        lambda person: list(TrustedDevice.objects.filter(user=person).values(*TRUSTED)),
    ),
    "sign_in_trail": (
        "What happened to your account: sign-ins, failed ones too, changes of password and address",
        lambda person: looked_up("my_trail"),
    ),
}  # fmt: skip


class ExportRefused(Exception):
    """The message is a sentence for the person."""


def ask(user: User) -> DataExport:
    """Begin an export; one a day, one at a time. Failed ones do not count."""
    newest = DataExport.objects.filter(user=user).order_by("-created_at").first()
    if newest is not None and newest.is_at_work and timezone.now() - newest.created_at > STUCK:
        DataExport.objects.filter(pk=newest.pk).update(status=DataExport.Status.FAILED)
    elif newest is not None and newest.is_at_work:
        raise ExportRefused("An export is being made already.")
    elif newest is not None and newest.status == "ready" and timezone.now() - newest.created_at < PAUSE:
        raise ExportRefused("You can make one export a day. The newest one is below.")
    try:
        with transaction.atomic():
            DataExport.objects.filter(user=user, status=DataExport.Status.FAILED).delete()
            return DataExport.objects.create(user=user, parts=len(PARTS))
    except IntegrityError:
        raise ExportRefused("An export is being made already.") from None


def make(export_id: UUID, person: UUID) -> DataExport | None:
    """Write the zip; anew where the worker that had begun is dead. Nothing if it is made, or the account is closed."""
    with acting_as(person):
        mine = DataExport.objects.filter(
            pk=export_id, status__in=(DataExport.Status.WAITING, DataExport.Status.RUNNING)
        )
        if not User.objects.filter(pk=person, status="active").exists() or not mine.update(status="running"):
            return None
    written = io.BytesIO()
    try:
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for done, (name, (_, rows)) in enumerate(PARTS.items(), start=1):
                with acting_as(person):
                    archive.writestr(f"{name}.json", json.dumps(rows(person), cls=DjangoJSONEncoder, indent=1))
                    _tell(export_id, parts_done=done)
            archive.writestr("README.txt", _readme())
            _add_picture(archive, person)
        key = personal_files().save(new_key("exports", person, "zip"), ContentFile(written.getvalue()))
    except Exception:
        with acting_as(person):
            DataExport.objects.filter(pk=export_id, status="running").update(status=DataExport.Status.FAILED)
        raise
    made = {"status": "ready", "ready_at": timezone.now(), "storage_key": key, "size": written.tell()}
    with acting_as(person):
        if DataExport.objects.filter(pk=export_id, status=DataExport.Status.RUNNING).update(**made):
            return DataExport.objects.get(pk=export_id)
    personal_files().delete(key)  # made twice, by a worker that was only taken for dead
    return None


def discard(export: DataExport) -> None:
    """The file first: a row without a file opens nothing, a file without a row is never found again."""
    if is_of(export.user_id, "exports", export.storage_key):
        personal_files().delete(export.storage_key)
    export.delete()


def _tell(export_id: UUID, **values: Any) -> None:
    DataExport.objects.filter(pk=export_id).update(**values)


def _add_picture(archive: zipfile.ZipFile, person: UUID) -> None:
    with acting_as(person):
        key = User.objects.values_list("avatar", flat=True).get(pk=person)
    if is_of(person, "avatars", key) and personal_files().exists(key):
        archive.writestr("picture.webp", personal_files().open(key).read())


def _readme() -> str:
    lines = [f"{name}.json: {words}" for name, (words, _) in PARTS.items()]
    drawn = f"What Tickmark stores about you, made on {timezone.now():%Y-%m-%d at %H:%M} UTC."
    foot = "Times are in UTC. Clients, requests and documents belong to your firms; ask them for a copy."
    return "\n".join([drawn, "", *lines, "picture.webp: your picture, if you have one", "", foot, ""])

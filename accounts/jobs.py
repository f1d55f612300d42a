"""Jobs of people. Arguments are ids; each runs as the person it is for."""

from uuid import UUID

from accounts import deletion, exporting, provider_pictures
from accounts.models import DataExport, User
from accounts.models.data_export import KEPT
from accounts.notifications import wants
from accounts.own_mails import send_to
from tenancy.context import acting_as
from tenancy.jobs import person_task


@person_task(in_parts=True)
def close_account(user_id: str) -> None:
    """What the page does right after its commit, had it come to that."""
    deletion.close(UUID(user_id))


@person_task()
def forget_account(user_id: str) -> None:
    """After the time of grace."""
    deletion.forget(UUID(user_id))


@person_task(retry=0, in_parts=True)
def make_export(user_id: str, export_id: str) -> None:
    """Make the zip, see to its deletion, and say that it is ready."""
    export = exporting.make(UUID(export_id), UUID(user_id))
    if export is None:
        return
    with acting_as(user_id):
        discard_export.enqueue_in(int(KEPT.total_seconds()), user_id, export_id=export_id)
        if wants(User.objects.get(pk=user_id), "export_ready"):
            send_export_mail.enqueue(user_id, export_id=export_id)


@person_task()
def send_export_mail(user_id: str, export_id: str) -> None:
    """Without a link that opens the file: who reads the mail still has to sign in."""
    user, export = User.objects.get(pk=user_id), DataExport.objects.filter(pk=export_id, status="ready").first()
    if export is not None and user.is_active:
        send_to(user, "export_ready", subject="Your data is ready", deleted_on=export.deleted_on)


@person_task()
def discard_export(user_id: str, export_id: str) -> None:
    if export := DataExport.objects.filter(pk=export_id).first():
        exporting.discard(export)


@person_task(retry=0, in_parts=True)
def fetch_provider_picture(user_id: str, account_id: str) -> None:
    """The provider's word for its address stands with the account there."""
    provider_pictures.take(UUID(user_id), account_id)

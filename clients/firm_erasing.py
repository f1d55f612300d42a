"""Deleting a firm whole, when its owners' wish is due: rows table by table, then files, then the certificate is mailed.

The owner of the tables does it (`manage.py delete_firms`, daily): the application's role may not delete from tables that
only grow, nor the rows by which the platform knows a firm. The trail stays until its retention ends.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from psycopg import sql

from audit import chain, log
from audit.models import AuditLog
from clients.firm_deletion import asked_models, obstacles
from clients.firm_files import delete_files
from clients.models import DeletedFirm, FirmDeletion
from clients.models.firm_deletion import digest_of, written
from clients.whole_firm import cursor, deletion_order, files_of, platform_models, whole_firm
from organizations.mails import draw_mail
from organizations.models import Membership, Organization
from tenancy import cache
from tenancy.context import OWNER, all_tenants, surface
from tenancy.expected import isolation_of

JOBS = "DELETE FROM procrastinate_jobs WHERE args ->> 'organization_id' = %s AND status <> 'doing'"
AT_WORK = "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE args ->> 'organization_id' = %s AND status = 'doing')"
#: Seconds that jobs at work have to end: most take less than one.
PATIENCE = 60
#: So long after it, what somebody was still doing with a firm may come to its end, and leave something.
AFTERMATH = timedelta(days=7)


def due() -> list[FirmDeletion]:
    with surface(OWNER), all_tenants(reason="deletions that are due"):
        standing = FirmDeletion.objects.filter(cancelled_at=None, due_at__lte=timezone.now())
        return list(standing.order_by("due_at", "pk"))


def erase(wish: FirmDeletion) -> DeletedFirm | None:
    """None where it was cancelled meanwhile, or something is in the way; the wish says what."""
    wait_for_jobs(wish.organization_id)
    with whole_firm(wish.organization_id) as open_cursor:
        firm = Organization.objects.select_for_update().first()  # nobody adds a row from here on
        # Locked as well: whoever cancels now waits, and finds that it is too late.
        standing = FirmDeletion.objects.select_for_update(of=("self",)).filter(pk=wish.pk, cancelled_at=None)
        asked = standing.first() if firm else None
        if firm is None or asked is None:
            return None
        if sentences := in_the_way(open_cursor, firm.pk):
            standing.update(refused_because=" ".join(sentences))
            return None
        owners = list(Membership.objects.owners().order_by("pk").values_list("email", flat=True))
        by = Membership.with_deleted.filter(pk=asked.created_by_id).first()
        log.record("delete_firm", firm, name=firm.name, asked_at=asked.created_at.isoformat())
        certificate = {
            "firm": str(firm.pk),
            "name": firm.name,
            "address": firm.slug,
            "asked_by": by.display_name if by else "",
            "asked_at": asked.created_at.isoformat(),
            "deleted_at": timezone.now().isoformat(timespec="seconds"),
            "rows": deleted_rows(open_cursor, firm.pk),
            "files": sum(1 for _ in files_of(firm.pk)),
            "audit_log_kept_days": settings.TENANCY_PARTITIONED[AuditLog._meta.label],
        }
        chain.seal()
        return DeletedFirm.objects.create(
            organization_id=firm.pk, name=firm.name, slug=firm.slug, owners=owners,
            certificate=certificate, digest=digest_of(certificate),
        )  # fmt: skip


def in_the_way(open_cursor: Any, firm: UUID) -> list[str]:
    for model in asked_models:
        rows = model._base_manager.select_for_update(of=("self",)).order_by("pk").values_list("pk")
        list(rows)
    at_work = (
        ["A job of the firm was at work. It is tried again the next night."] if is_at_work(open_cursor, firm) else []
    )
    return [*obstacles(), *at_work]


def wait_for_jobs(firm: UUID | None) -> None:
    until = time.monotonic() + PATIENCE
    with surface(OWNER), cursor() as open_cursor:
        while is_at_work(open_cursor, firm) and time.monotonic() < until:
            time.sleep(0.5)


def is_at_work(open_cursor: Any, firm: UUID | None) -> bool:
    open_cursor.execute(AT_WORK, [str(firm)])
    return bool(open_cursor.fetchone()[0])


def deleted_rows(open_cursor: Any, firm: UUID) -> dict[str, int]:
    """Table → how many rows it had of the firm."""
    return dict(
        [*delete_outside(open_cursor, firm), *(delete_from(open_cursor, model, firm) for model in deletion_order())]
    )


def delete_outside(open_cursor: Any, firm: UUID) -> Iterator[tuple[str, int]]:
    """What lies in no table of the firms and is about this one."""
    open_cursor.execute(JOBS, [str(firm)])
    yield "procrastinate_jobs", open_cursor.rowcount
    for model in platform_models():
        yield delete_from(open_cursor, model, firm)


def delete_from(open_cursor: Any, model: Any, firm: UUID) -> tuple[str, int]:
    isolation = isolation_of(model)
    column = isolation.options["column"] if isolation else "organization_id"
    names = {"table": sql.Identifier(model._meta.db_table), "column": sql.Identifier(column)}
    open_cursor.execute(sql.SQL("DELETE FROM {table} WHERE {column} = %s").format(**names), [firm])
    return model._meta.db_table, open_cursor.rowcount


def unfinished() -> list[DeletedFirm]:
    """Those whose rows are gone, now or since a run that did not come to its end."""
    with surface(OWNER), all_tenants(reason="firms that are deleted"):
        lately = Q(files_deleted_at=None) | Q(mailed_at=None) | Q(deleted_at__gt=timezone.now() - AFTERMATH)
        return list(DeletedFirm.objects.filter(lately).order_by("deleted_at", "pk"))


def finish(gone: DeletedFirm) -> bool:
    """Its files, then its mails; whether the last of these left now. An address that is refused holds up no other."""
    with surface(OWNER), all_tenants(reason="a firm that is deleted"):
        clean_up(gone)
        if gone.mailed_at:
            return False
        errors = []
        for owner in list(gone.owners):
            try:
                send_certificate(gone, to=owner)
            except Exception as error:
                errors.append(error)
                continue
            gone.owners.remove(owner)
            DeletedFirm.objects.filter(pk=gone.pk).update(owners=gone.owners)
        if errors:
            raise ExceptionGroup("Certificates did not leave.", errors)
        return bool(DeletedFirm.objects.filter(pk=gone.pk).update(mailed_at=timezone.now()))


def clean_up(gone: DeletedFirm) -> None:
    """Files, cached values, and what a job or an upload has left that had begun before. Done again, it changes nothing."""
    if not Organization.objects.filter(pk=gone.organization_id).exists():  # brought back meanwhile
        with cursor() as open_cursor:
            list(delete_outside(open_cursor, gone.organization_id))
        delete_files(gone.organization_id)
        cache.forget(gone.organization_id)
    DeletedFirm.objects.filter(pk=gone.pk, files_deleted_at=None).update(files_deleted_at=timezone.now())


def send_certificate(gone: DeletedFirm, *, to: str) -> None:
    """In the name of a firm that has no id: the log of mails is not to know it again."""
    mail = draw_mail(
        "deleted_firm",
        to=to,
        subject=f"{gone.name} is deleted",
        organization=Organization(pk=None, name=gone.name, slug=gone.slug),
        gone=gone,
        tables=sorted((table, rows) for table, rows in gone.certificate["rows"].items() if rows),
        reason=f"You get this because you were an owner of {gone.name}.",
    )
    mail.attach("certificate.json", written(gone.certificate), "application/json")
    mail.send()

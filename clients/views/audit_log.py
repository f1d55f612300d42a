"""A firm's audit trail: who did what, what it changed, and whether the chain over it is unbroken."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from psycopg.errors import QueryCanceled

from audit.log import record
from audit.models import AuditLog, ChainBlock, ChainCheck
from billing.features import F
from billing.plan_words import time
from clients import audit_export, audit_jobs
from clients.audit_trail import ORDER, PERIODS, Filter, days_shown, entries, shown_lines
from clients.audit_words import ACTIONS, record_kinds
from clients.streamed import StreamedPieces
from look.paging import Page, bounded_page, keyset_page
from organizations.access import requires
from organizations.audit_head import is_mailed, mail_head
from organizations.middleware import OrganizationRequest
from organizations.models import Organization
from organizations.narrowing import require_feature
from organizations.permissions import Permission

#: So long somebody waits for the page; a database that needs longer is asked for less.
PATIENCE = "8s"
#: Words are looked for in so many lines at once: no index holds them, and the trail of a large firm has millions.
LOOKED_THROUGH = 50_000


@require_safe
@requires(Permission.VIEW_AUDIT_LOG)
def audit_log(request: OrganizationRequest) -> HttpResponse:
    wanted, kept = Filter.read(request.GET), settings.TENANCY_PARTITIONED[AuditLog._meta.label]
    days = days_shown()
    page = _page(request, wanted)
    context = {
        "entries": entries(page.rows) if page else [],
        "page": page,
        "wanted": wanted,
        "actions": [(name, action.word) for name, action in ACTIONS.items()],
        "kinds": sorted(record_kinds().items(), key=lambda kind: kind[1]),
        "periods": [(key, words) for key, (_, words) in PERIODS.items()],
        "query": request.GET.urlencode(),
        "looked_through": LOOKED_THROUGH,
        "years": kept // 365,
        "shown": time(days) if days is not None and days < kept else "",
    }
    return render(request, "clients/audit/log.html", context)


def _page(request: OrganizationRequest, wanted: Filter) -> Page | None:
    """None where words are looked for in more lines than can be read while somebody waits."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
            among = wanted.among(request.member)
            if not wanted.q:
                return keyset_page(among, ORDER, request.GET)
            return bounded_page(wanted.rows(request.member), ORDER, request.GET, among=among, most=LOOKED_THROUGH)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise


@require_safe
@requires(Permission.VIEW_AUDIT_LOG)
def audit_entry(request: OrganizationRequest, line_id: UUID) -> HttpResponse:
    line = get_object_or_404(shown_lines(request.member), pk=line_id)
    context: dict[str, Any] = {"entry": entries([line])[0], "seal": _block_of(line), "check": _newest_check()}
    template = "clients/audit/entry.html#drawer" if request.htmx else "clients/audit/entry.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _block_of(line: AuditLog) -> ChainBlock | None:
    blocks = ChainBlock.objects.filter(first_at__lte=line.created_at, last_at__gte=line.created_at)
    return blocks.filter(line_ids__contains=[line.pk]).only("number", "created_at").first()


def _newest_check() -> ChainCheck | None:
    return ChainCheck.objects.order_by("-created_at").first()


@require_safe
@requires(Permission.VIEW_AUDIT_LOG)
def audit_log_export(request: OrganizationRequest, kind: str) -> StreamingHttpResponse:
    """Exactly the lines of the filters in the address; a line in the trail before the first byte."""
    require_feature(F.AUDIT_EXPORT)
    wanted, until = Filter.read(request.GET), timezone.now()
    record("export", request.organization, table="audit_logs", format=kind, filters=wanted.said)
    pieces, content_type = {
        "csv": (audit_export.csv_pieces, "text/csv; charset=utf-8"),
        "jsonl": (audit_export.jsonl_pieces, "application/jsonl"),
    }[kind]
    firm, member = request.organization.pk, request.member
    made = pieces(firm, member.user_id, lambda: wanted.rows(member).filter(created_at__lte=until))
    headers = {
        "Content-Disposition": f'attachment; filename="audit-log-{timezone.localdate().isoformat()}.{kind}"',
        "X-Content-Type-Options": "nosniff",
    }
    return StreamedPieces(made, content_type=content_type, headers=headers)


@require_safe
@requires(Permission.VIEW_AUDIT_LOG)
def audit_chain(request: OrganizationRequest) -> HttpResponse:
    context = {
        "checks": ChainCheck.objects.order_by("-created_at")[:20],
        "newest": ChainBlock.objects.order_by("-number").defer("line_ids", "line_hashes").first(),
        "is_mailed": is_mailed(request.organization),
    }
    return render(request, "clients/audit/chain.html", context)


@require_POST
@requires(Permission.VIEW_AUDIT_LOG)
def audit_chain_check(request: OrganizationRequest) -> HttpResponse:
    audit_jobs.check_trail_now.enqueue(member_id=request.member.pk)
    messages.success(request, "Verifying. The answer is on this page in a moment")
    return redirect("audit_chain")


@require_POST
@requires(Permission.MANAGE_FIRM)
def audit_head_mail(request: OrganizationRequest) -> HttpResponse:
    """Whether the owners get the head of the chain every day."""
    # Other settings lie in the same column: they are read and written under the row's lock.
    mail_head(Organization.objects.select_for_update().get(), wanted="wanted" in request.POST)
    messages.success(request, "Saved")
    return redirect("audit_chain")

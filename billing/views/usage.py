"""What was used, by whom and for what: tables that add up, and the same as a file."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import log
from billing import counting, figures
from billing.models import UsageEvent
from billing.periods import Period, period_of
from billing.terms import subscription_of_firm
from organizations.access import requires
from organizations.csv_download import csv_download
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

HEADERS = ("When", "What", "Credits", "Who", "Session", "Event")
A_YEAR = timedelta(days=366)


@require_safe
@requires(Permission.VIEW_BILLING)
def billing_usage(request: OrganizationRequest) -> HttpResponse:
    period, now = _period(request)
    people = figures.by_person(period)
    context = {
        "period": period, "total": figures.total(period), "acts": figures.by_act(period), "people": people,
        "sessions": figures.by_session(period, request.member), "is_now": period == now,
        "previous": period.first - timedelta(days=1), "following": period.next if period != now else None,
    }  # fmt: skip
    return render(request, "billing/usage.html", context)


@require_safe
@requires(Permission.VIEW_BILLING)
def billing_usage_csv(request: OrganizationRequest) -> HttpResponse:
    """Every act of the month that cost credits, one a line."""
    period, _ = _period(request)
    log.record("export", request.organization, table="usage_events", format="csv", period=period.first.isoformat())
    name = f"usage-{period.first:%Y-%m-%d}.csv"
    return csv_download(name, HEADERS, _rows(figures.paid_events(period)))


def _rows(events: "figures.QuerySet[UsageEvent]") -> Iterator[list[str]]:
    shown = events.select_related("member").order_by("created_at", "id")
    for event in shown.iterator(chunk_size=2000):
        who = event.member.display_name if event.member else ""
        when = timezone.localtime(event.created_at).isoformat(timespec="seconds")
        act, session = figures.act_name(event.event_type), event.session_uuid or ""
        yield [when, act, str(event.credits_consumed), who, str(session), str(event.pk)]


def _period(request: OrganizationRequest) -> tuple[Period, Period]:
    """The month asked for by its first day, and the one that is now; an address nobody gave out means now."""
    subscription = subscription_of_firm()
    now = counting.period_now(subscription)
    try:
        asked = datetime.strptime(request.GET.get("from", ""), "%Y-%m-%d").date()
        anchor = subscription.anchor_day if subscription else now.first.day
        found = period_of(asked, anchor_day=anchor, zone=now.zone)
        begun = request.organization.created_at.date()
    except (ValueError, OverflowError):
        return now, now
    return (found, now) if found.first <= now.first and found.next > begun - A_YEAR else (now, now)

"""Who used what an invoice asks for: per person and per session, to the hundredth of a credit and to the penny."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Sum

from billing import figures
from billing.invoicing.proration import shared
from billing.models import Invoice, InvoiceLine, UsageEvent
from organizations.models import Membership

Kind = InvoiceLine.Kind


@dataclass(frozen=True)
class Share:
    name: str
    credits: Decimal
    #: Of what the invoice asks for credits, in the smallest unit.
    amount: int


@dataclass(frozen=True)
class Breakdown:
    line: InvoiceLine
    cost: int
    people: list[Share]
    sessions: list[Share]


def of_invoice(invoice: Invoice, member: Membership) -> Breakdown | None:
    """None where nothing was used, or where Stripe issued it."""
    lines = list(invoice.lines.all())
    usage = next((line for line in lines if line.kind == Kind.USAGE), None)
    if usage is None:
        return None
    cost = sum(line.amount for line in lines if line.kind in (Kind.USAGE, Kind.CREDITS))
    used = UsageEvent.objects.filter(
        credits_consumed__gt=0, created_at__gte=usage.period_start, created_at__lt=usage.period_end
    )
    return Breakdown(
        usage,
        cost,
        _shares(used, "member_id", cost, _people),
        _shares(used, "session_uuid", cost, partial(_sessions, member)),
    )


def _shares(used: Any, column: str, cost: int, named: Any) -> list[Share]:
    found = list(used.values_list(column).annotate(credits=Sum("credits_consumed")).order_by("-credits", column))
    names = named([key for key, _ in found if key])
    amounts = shared(cost, [credits for _, credits in found])
    return [Share(names.get(key, ""), credits, amount) for (key, credits), amount in zip(found, amounts, strict=True)]


def _people(ids: Sequence[UUID]) -> dict[UUID | None, str]:
    return {
        None: "Work of the system",
        **dict(Membership.with_deleted.filter(pk__in=ids).values_list("pk", "display_name")),
    }


def _sessions(member: Membership, ids: Sequence[UUID]) -> dict[UUID | None, str]:
    """By name where this member may see them, or else by the end of their number."""
    names = {pk: name for find in figures.name_sessions for pk, (name, _) in find(ids, member).items()}
    return {None: "Outside of sessions", **{each: names.get(each, f"Session {str(each)[-6:]}") for each in ids}}

"""What the pages of a session show: its document with its figures, texts and findings."""

from functools import cached_property
from typing import Any
from uuid import UUID

from organizations.models import Membership, Organization
from workspaces.models import ScopingSession, SessionPicture
from workspaces.models.scoping_session import ScopingSessionQuerySet
from workspaces.scoping import checks, pictures, prose, rates, shape, statement
from workspaces.scoping.pricing import Priced, PricedLine, priced
from workspaces.scoping.shape import Document
from workspaces.scoping.typed import Typed

PARTS = {"structuring": "Structuring", "sow": "SOW", "loe": "LOE", "visuals": "Visuals"}


class SessionPage:
    """One session with what follows from its document, each computed once."""

    def __init__(self, session: ScopingSession, firm: Organization, document: Document | None = None) -> None:
        self.session, self.firm = session, firm
        self.document = shape.completed(document or session.document)
        self.currency = firm.currency
        self.card = rates.card_on(rates.rate_day(self.document["loe"]), self.currency)
        self.rates = rates.lines_of(self.card)
        self.priced: Priced = priced(self.document["loe"], rates.rates_of(self.rates))

    @property
    def words(self) -> dict[str, str]:
        client = self.session.client.name if self.session.client else ""
        return statement.figures(self.priced, self.currency, client, self.firm.name)

    @property
    def findings(self) -> list[checks.Finding]:
        drawn_from = {row: picture.drawn_from for row, picture in self.pictures.items()}
        return checks.findings(self.document, self.priced, self.words, drawn_from)

    @cached_property
    def pictures(self) -> dict[str, SessionPicture]:
        """By the row they belong to; none is asked for where the document has no rows for any."""
        return pictures.of(self.session, self.document) if self.document["visuals"]["pictures"] else {}

    def visuals(self, typed: Typed) -> list[dict[str, Any]]:
        return [
            {
                "is_good": bool(kept and kept.drawn_from) and not pictures.is_old(kept, row["text"].value),
                "row": row, "address": pictures.as_address(kept.svg) if kept else "", "at": kept and kept.created_at,
                "is_drawn": not kept or bool(kept.drawn_from), "is_old": pictures.is_old(kept, row["text"].value),
            }
            for row in typed.rows("visuals.pictures") for kept in [self.pictures.get(row["id"])]
        ]  # fmt: skip

    def money(self, minor: int | None) -> str:
        return "" if minor is None else statement.money(minor, self.currency)

    def sections(self, typed: Typed) -> list[dict[str, Any]]:
        """For the editor: what stands in it, and how it reads with the figures put in."""
        words = self.words
        return [
            {"section": section, "row": row, "reads": reads, "is_marked": prose.is_marked(row["text"].value)}
            for section, row in zip(statement.sections(self.document), typed.rows("sow.sections"), strict=True)
            for reads in [statement.filled(row["text"].value, words)]
        ]

    def missing_sections(self) -> list[tuple[str, str]]:
        there = {row["id"] for row in self.document["sow"]["sections"]}
        return [(key, title) for key, title in shape.SECTIONS.items() if key not in there]

    def phases(self, typed: Typed) -> list[dict[str, Any]]:
        rows = {row["id"]: row for row in typed.rows("loe.lines")}
        named = {row["id"]: row for row in typed.rows("loe.phases")}
        return [
            {
                "id": phase.id, "row": named.get(phase.id), "phase": phase,
                "lines": [self._line(line, rows[line.id]) for line in phase.lines],
            }
            for phase in self.priced.phases
        ]  # fmt: skip

    def _line(self, line: PricedLine, row: dict[str, Any]) -> dict[str, Any]:
        return {"line": line, "row": row}

    def _rate(self, line: PricedLine) -> str:
        rate = next((rate for rate in self.rates if rate.role.lower() == line.role.lower()), None)
        return self.money(rate.price) if rate else ""

    def figures(self) -> dict[str, str]:
        """Every figure of the page by the name it has there, as it reads."""
        found = self.priced
        said = {
            "subtotal": self.money(found.subtotal), "contingency": self.money(found.contingency),
            "discount": self.money(found.discount), "total": self.money(found.total), "cost": self.money(found.cost),
            "gain": self.money(found.gain), "margin": f"{found.margin}%" if found.margin is not None else "–",
            "hours": statement.hours(found.hours), "blended": self.money(found.blended),
            "spread": f"{statement.hours(found.spread[0])}–{statement.hours(found.spread[1])}",
            "waits": "Not reached yet, so nothing is taken off." if found.discount_waits else "",
            "roles": ", ".join(f"{role} {number}" for role, number in role_hours(found)), **self._limit(),
        }  # fmt: skip
        for phase in found.phases:
            said |= self._sums(f"phase.{phase.id}", phase)
            for line in phase.lines:
                said |= self._sums(f"line.{line.id}", line) | {f"line.{line.id}.rate": self._rate(line)}
        return said

    def _sums(self, name: str, row: Any) -> dict[str, str]:
        return {
            f"{name}.hours": statement.hours(row.hours), f"{name}.cost": self.money(row.cost),
            f"{name}.price": self.money(row.price),
        }  # fmt: skip

    def _limit(self) -> dict[str, str]:
        """Below it is well and above it is not, so each has its own place on the page."""
        left = self.priced.below_limit
        name = "" if left is None else "below" if left >= 0 else "above"
        return {
            one: f"{self.money(abs(left or 0))} {one} the limit" if one == name else "" for one in ("below", "above")
        }


def role_hours(found: Priced) -> list[tuple[str, str]]:
    """Hours by role, in the order the roles first appear."""
    sums: dict[str, Any] = {}
    for line in found.lines:
        if line.kind == "hours" and line.role:
            sums[line.role] = sums.get(line.role, 0) + line.hours
    return [(role, statement.hours(number)) for role, number in sums.items()]


def writers_of(session: ScopingSession, since: int = 0) -> dict[str, str]:
    """Who wrote last at each place that was written after a version."""
    marks = {path: by for path, (version, by) in session.field_marks.items() if version > since and by}
    names = dict(Membership.objects.filter(pk__in=set(marks.values())).values_list("pk", "display_name"))
    return {path: names[UUID(by)] for path, by in marks.items() if UUID(by) in names}


def visible(member: Membership) -> ScopingSessionQuerySet:
    return ScopingSession.objects.visible_to(member).select_related("client", "owner", "saved_by")

"""A session as it is sent: what a client may be shown, once and for all, and the hash of it."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import log
from look.dates import record_words
from organizations.models import Membership, Organization
from workspaces.models import ScopingSession, SessionSnapshot
from workspaces.scoping import pictures, rates, saving, statement, written_amounts
from workspaces.scoping.page import SessionPage
from workspaces.scoping.pricing import PricedPhase
from workspaces.scoping.shape import NODE_KINDS, Document
from workspaces.scoping.written_amounts import NOT_SHOWN

#: Words of a text that are no money, and stay where prices are left out.
FREE_WORDS = {"hours", "client", "firm"}
#: What is called so stays called so, whatever it reads like.
NAMES = ("reference", "firm", "client", "currency")
#: What is no text: hours may be as many as an hour costs.
FIGURES = {"id", "kind", "hours", "exact"}
#: What a client reads of structuring. Risks and doubts are ours until we have talked about them.
SHOWN_KINDS = {"goal", "pain", "requirement", "assumption", "out"}

Content = dict[str, Any]


class NotReady(Exception):
    """The message is a sentence for the person."""


@transaction.atomic
def freeze(session: ScopingSession, firm: Organization, *, by: Membership) -> SessionSnapshot:
    """The snapshot of what stands there now; the last one, if nothing has changed since of what is sent or asked."""
    stored = saving.locked(session)
    page = SessionPage(stored, firm)
    if grave := [finding.words for finding in page.findings if finding.is_grave]:
        raise NotReady(f"Not ready to be sent. {' '.join(grave[:3])}")
    content = content_of(page)
    last = SessionSnapshot.objects.filter(session=stored).order_by("-number").first()
    if last and last.sha256 == digest(content) and open_nodes(last.document) == open_nodes(page.document):
        return last
    snapshot: SessionSnapshot = SessionSnapshot.objects.create(
        session=stored, number=last.number + 1 if last else 1, version=stored.version, content=content,
        document={**page.document, "rates": _rates(page)}, sha256=digest(content), created_by=by,
    )  # fmt: skip
    log.record("freeze", snapshot, session=str(stored.pk), sha256=snapshot.sha256)
    return snapshot


def open_nodes(document: Document) -> list[dict[str, Any]]:
    """What is asked of a client who accepts: open questions, and assumptions nobody has confirmed."""
    nodes = document["structuring"]["nodes"]
    return [n for n in nodes if n["kind"] in ("question", "assumption") and n["state"] != "confirmed" and n["text"]]


def digest(content: Content) -> str:
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(written.encode()).hexdigest()


def content_of(page: SessionPage) -> Content:
    session, found = page.session, page.priced
    structuring, phases = page.document["structuring"], {row["id"]: row for row in page.document["loe"]["phases"]}
    return {
        "title": session.title, "reference": session.reference, "firm": page.firm.name,
        "client": session.client.name if session.client else "", "currency": page.currency, "total": found.total, "hours": str(found.hours),
        "words": page.words,
        "sections": [{"id": s.id, "title": s.title, "text": s.text} for s in statement.sections(page.document) if s.text],
        "structuring": {
            "problem": structuring["problem"], "outcome": structuring["outcome"],
            "nodes": [
                {"kind": dict(NODE_KINDS)[node["kind"]], "text": node["text"], "depth": node["depth"]}
                for node in structuring["nodes"] if node["kind"] in SHOWN_KINDS and node["text"]
            ],
        },
        "phases": [_phase(page, phase, phases.get(phase.id, {})) for phase in found.phases],
        "sums": {
            "hours": statement.hours(found.hours), "subtotal": page.money(found.subtotal),
            "contingency": page.money(found.contingency) if found.contingency else "",
            "discount": page.money(found.discount) if found.discount else "", "total": page.money(found.total),
        },
        "pictures": list(pictures.shown(page.document, page.pictures)),
    }  # fmt: skip


def _phase(page: SessionPage, phase: PricedPhase, row: dict[str, Any]) -> Content:
    return {
        "id": phase.id, "title": phase.title, "ends_with": row.get("ends_with", ""), "weeks": row.get("weeks", ""),
        "hours": statement.hours(phase.hours), "price": page.money(phase.price),
        "lines": [
            {
                "id": line.id, "title": line.title, "role": line.role if line.kind == "hours" else "", "kind": line.kind,
                "hours": statement.hours(line.hours) if line.kind == "hours" else "", "exact": str(line.hours), "price": page.money(line.price),
            }
            for line in phase.lines
        ],
    }  # fmt: skip


def _rates(page: SessionPage) -> dict[str, list[int]]:
    return {role: [rate.cost, rate.price] for role, rate in rates.rates_of(page.rates).items()}


def shown(content: Content, parts: list[str]) -> Content:
    """What one reader gets. What is left out is not in the answer at all, wherever it was written."""
    has_prices = "prices" in parts
    words = content["words"] if has_prices else _without_money(content["words"])
    kept = {name: content[name] for name in ("title", "reference", "firm", "client", "currency")}
    kept["sections"] = [
        {**section, "text": statement.filled(section["text"], words)}
        for section in (content["sections"] if "sow" in parts else [])
        if has_prices or section["id"] != "fees"
    ]
    kept["structuring"] = content["structuring"] if "structuring" in parts else None
    kept["phases"] = [_priced(phase, has_prices) for phase in content["phases"]] if "loe" in parts else []
    kept["sums"] = content["sums"] if has_prices else {"hours": content["sums"]["hours"]}
    # Frozen before there were pictures, a snapshot has none.
    kept["pictures"] = content.get("pictures", []) if "visuals" in parts else []
    kept["has_prices"] = has_prices and "loe" in parts
    if has_prices:
        return kept
    return without_amounts(kept, written_amounts.known(_prices(content))) | {name: content[name] for name in NAMES}


def _prices(content: Content) -> Iterator[str]:
    """Every amount of money in it, as it is shown."""
    yield from (value for word, value in content["words"].items() if word not in FREE_WORDS)
    yield from (value for name, value in content["sums"].items() if name != "hours")
    for phase in content["phases"]:
        yield phase["price"]
        yield from (line["price"] for line in phase["lines"])


def _without_money(words: dict[str, str]) -> dict[str, str]:
    return {word: value if word in FREE_WORDS else NOT_SHOWN for word, value in words.items()}


def _priced(phase: Content, has_prices: bool) -> Content:
    if has_prices:
        return phase
    bare = {name: value for name, value in phase.items() if name != "price"}
    return bare | {"lines": [{k: v for k, v in line.items() if k != "price"} for line in phase["lines"]]}


def without_amounts(said: Any, prices: frozenset[str]) -> Any:
    """An amount somebody wrote by hand is a price too, in a text, a title or a drawing.

    So is a bare number that is one of the prices.

    An uploaded picture is points: nothing can be left out of it, as whoever shares it has been told.
    """
    if isinstance(said, dict):
        return {name: _without(name, value, prices) for name, value in said.items()}
    if isinstance(said, list):
        return [without_amounts(value, prices) for value in said]
    return written_amounts.without(said, prices) if isinstance(said, str) else said


def _without(name: str, value: Any, prices: frozenset[str]) -> Any:
    if name in FIGURES:
        return value
    if name != "svg":
        return without_amounts(value, prices)
    return value if pictures.raster(value) else written_amounts.without_in_drawing(value, prices)


def fingerprint(snapshot: SessionSnapshot, parts: list[str]) -> str:
    """The hash a reader is told. Of the whole it is told beside the prices alone.

    Whoever knows all of a text but its prices could try one price after another until the hash of the whole fits.
    """
    return snapshot.sha256 if "prices" in parts else digest(shown(snapshot.content, parts))


def facts(snapshot: SessionSnapshot, parts: list[str]) -> str:
    """For the foot of a printed or shared page."""
    day = record_words(timezone.localtime(snapshot.created_at))
    return f"Version {snapshot.version}, {day}, SHA-256 {fingerprint(snapshot, parts)}"

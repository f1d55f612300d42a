"""Scoping sessions of a demo firm: one that is nearly ready to be sent, one just begun, a template, and the rates."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from clients.models import Client
from conversations import posting
from conversations.people import Person
from organizations.models import Membership
from workspaces.models import RateCard, RateCardLine, ScopingSession
from workspaces.scoping import copying, freezing, pictures, saving, shape, sharing
from workspaces.scoping.saving import Change
from workspaces.scoping.shape import Document

RATES = [("Partner", 14000, 32000), ("Manager", 9500, 21000), ("Senior", 6200, 14500), ("Analyst", 4100, 9500)]
NOTES = (
    "Rowan: stock, production and finance never agree at month end, sometimes by four per cent. The board wants one system "
    "before the Series C audit. We can name one decision maker by the middle of next month. Stock codes differ between "
    "Bristol and the old site. Payroll stays with the bureau. Nobody knows yet whether the German company comes along."
)
NODES = [
    ("goal", 0, "One ERP live in Bristol before the Series C audit", "The board wants one system before the Series C audit."),
    ("pain", 1, "Three systems disagree by up to 4% at month end", "Rowan: stock, production and finance never agree at month end, sometimes by four per cent."),
    ("requirement", 1, "Choose the system with the people who will use it", ""),
    ("requirement", 1, "Profile, map and move nine source files", ""),
    ("requirement", 2, "Two trial migrations, each reconciled to the ledger", ""),
    ("requirement", 1, "Test the controls over the cut-over", ""),
    ("assumption", 0, "Kestrel names one decision maker", "We can name one decision maker by the middle of next month."),
    ("risk", 0, "Stock coding differs between sites", "Stock codes differ between Bristol and the old site."),
    ("question", 0, "Does the German company come along?", "Nobody knows yet whether the German company comes along."),
    ("out", 0, "Payroll, which stays with the bureau", "Payroll stays with the bureau."),
]  # fmt: skip
PHASES = [
    ("Discover", "Process maps agreed by four owners", "1–3"), ("Select", "Vendor recommended to the board", "4–8"),
    ("Migrate", "Second trial reconciles to the penny", "7–16"), ("Assure", "Cut-over report signed", "15–18"),
]  # fmt: skip
LINES: list[tuple[int, str, dict[str, Any]]] = [
    (0, "Stakeholder interviews", {"role": "Manager", "low": "12", "likely": "16", "high": "24"}),
    (0, "Current-state process maps", {"role": "Senior", "low": "24", "likely": "30", "high": "42"}),
    (1, "Requirements and scoring model", {"role": "Manager", "low": "16", "likely": "20", "high": "30"}),
    (1, "Vendor demonstrations and references", {"role": "Partner", "likely": "8"}),
    (2, "Data profiling, nine source files", {"role": "Analyst", "low": "60", "likely": "76", "high": "130"}),
    (2, "Trial migration and reconciliation", {"role": "Senior", "low": "80", "likely": "96", "high": "140"}),
    (2, "Migration tool, licence for three months", {"kind": "fixed", "amount": 450000, "cost": 380000}),
    (3, "Cut-over control tests", {"role": "Senior", "low": "16", "likely": "20", "high": "28"}),
    (3, "Report and hand-over", {"role": "Manager", "likely": "12"}),
    (3, "Steering and quality review", {"kind": "percent", "percent": "6"}),
]

FLOW = "flowchart LR\n  Stock --> Ledger\n  Production --> Ledger"
#: As a browser draws it; opening the page draws it anew where its text has changed.
DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 150"><g fill="#eef2ea" stroke="#5a6b62">
<rect x="10" y="10" width="110" height="44" rx="4"/><rect x="10" y="96" width="110" height="44" rx="4"/>
<rect x="240" y="53" width="110" height="44" rx="4"/><path d="M120 32L236 68M120 118L236 82" fill="none"/></g>
<g font-family="sans-serif" font-size="14" text-anchor="middle" fill="#1d2a2f"><text x="65" y="37">Stock</text>
<text x="65" y="123">Production</text><text x="295" y="80">Ledger</text></g></svg>"""


def add_scoping(clients: dict[str, Client], members: list[Membership], today: date) -> None:
    by, other = members[0], members[min(1, len(members) - 1)]
    _rates(date(today.year, 1, 1), by)
    if "KES" not in clients:
        saving.create(ScopingSession(title="Move to cloud bookkeeping", tags=["bookkeeping"]), by=by)
        return
    session = ScopingSession(title="ERP selection and data migration", client=clients["KES"], tags=["erp", "migration"])
    saving.create(session, by=by, document=_document())
    saving.name_version(session, "After the first meeting", by=by)
    pictures.keep_drawing(session, "v1", FLOW, DRAWN, by=by)
    later = {"structuring.nodes.n6.state": "confirmed", "loe.contingency": "10", "loe.limit": "60,000"}
    saving.save(session, [Change(path, typed, 99) for path, typed in later.items()], by=other)
    copying.keep_as_template(session, by=other)
    for who, said in [
        (other, "“The company” is two of them: say which, by number."),
        (by, "Five days is our standard. Intended?"),
    ]:
        posting.post(session, by=Person.of(who), audience="internal", body=said, submission=uuid4())
    snapshot = freezing.freeze(session, by.organization, by=by)
    later_on = timezone.now() + timedelta(days=30)
    sharing.share(snapshot, by=by, name="Rowan Pike", shows=["structuring", "sow", "loe", "prices"], may_accept=True,
                  expires_at=later_on)  # fmt: skip
    sharing.share(snapshot, by=by, name="Kestrel’s works council", shows=["sow"], may_accept=False, expires_at=later_on)
    saving.create(
        ScopingSession(title="Internal controls review", session_type="assessment", client=clients["KES"], tags=["controls"]),
        by=other,
    )  # fmt: skip


def _rates(day: date, by: Membership) -> None:
    card = RateCard.objects.create(valid_from=day, currency=by.organization.currency, created_by=by)
    RateCardLine.objects.bulk_create(
        RateCardLine(card=card, position=place, role=role, cost=cost, price=price)
        for place, (role, cost, price) in enumerate(RATES, start=1)
    )


def _document() -> Document:
    document = shape.blank()
    document["structuring"] |= {
        "problem": "Kestrel runs production, stock and finance in three systems that disagree by up to 4% at month end.",
        "outcome": "One ERP live for the company in Bristol, with opening balances agreed to the audited ledger.",
        "source": NOTES,
        "nodes": [
            {"id": f"n{at}", "kind": kind, "depth": depth, "text": text, "quote": quote, "state": ""}
            for at, (kind, depth, text, quote) in enumerate(NODES)
        ],
    }  # fmt: skip
    document["visuals"]["pictures"] = [
        {
            "id": "v1",
            "title": "Where the figures come from",
            "text": FLOW,
            "alt": "Stock and production both feed the ledger.",
        }
    ]
    lines = shape.ROWS["loe"]["lines"]
    document["loe"] |= {
        "phases": [
            {"id": f"p{at}", "title": title, "ends_with": ends, "weeks": weeks}
            for at, (title, ends, weeks) in enumerate(PHASES)
        ],
        "lines": [
            shape.new_row(lines, f"l{at}") | {"phase": f"p{phase}", "title": title} | values
            for at, (phase, title, values) in enumerate(LINES)
        ],
    }
    return document

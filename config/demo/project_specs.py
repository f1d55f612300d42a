"""What the demo firms work on: projects with their tasks, and the templates they came from."""

from typing import NamedTuple

EP, MO, TL = "eleanor@harcourtpell.example", "maya@harcourtpell.example", "tomasz@harcourtpell.example"
PR, DO, IS = "priya@harcourtpell.example", "daniel@harcourtpell.example", "ingrid@harcourtpell.example"
NG, CH, LE = "ngozi@okafor.example", "chidi@okafor.example", "lena@okafor.example"


class Job(NamedTuple):
    """One task. `due` counts in days from today; `waits` names an earlier one of the project by its place, from 0."""

    title: str
    who: str = ""
    due: int | None = None
    status: str = "todo"
    hours: float | None = None
    spent: tuple[float, ...] = ()
    waits: tuple[int, ...] = ()
    paper: str = ""
    priority: str = "medium"
    repeats: str = ""
    note: str = ""
    said: tuple[tuple[str, str], ...] = ()
    #: The first so many of the steps are ticked.
    steps: tuple[str, ...] = ()
    ticked: int = 0


class ProjectSpec(NamedTuple):
    """`client` is a code, or empty for work of the firm itself; days count from today."""

    client: str
    name: str
    lead: str
    team: tuple[str, ...]
    start: int
    end: int
    jobs: tuple[Job, ...]
    status: str = "active"
    budget: int | None = None
    every: str = ""
    #: Only lead and team see it; whoever is kept away, with the reason.
    is_named: bool = False
    walls: tuple[tuple[str, str], ...] = ()


class TemplateSpec(NamedTuple):
    """Each line: title, days after the start, hours, and the place of the line it waits for."""

    name: str
    description: str
    lines: tuple[tuple[str, int, float, int | None], ...]


HARCOURT_PROJECTS = (
    ProjectSpec("NWB", "Northwind Bakeries, audit", MO, (EP, TL, PR), -34, 28, (
        Job("Planning memorandum", MO, -25, "done", 6, (3.5, 2), paper="A-1"),
        Job("Agree opening balances to prior year", PR, -18, "done", 3, (2.25,)),
        Job("Payroll analytical review", TL, -11, "done", 5, (4, 1.5)),
        Job("Circularise trade receivables, second request", PR, 0, "in_progress", 8, (3.5, 3), paper="C-1", priority="high",
            steps=("Send 25 confirmation letters", "Chase by telephone after 10 days", "Second request to 7 customers",
                   "Alternative procedures for silence"), ticked=2, note="Seven of 25 customers have not answered. Hartley’s wants the ledger extract first.",
            said=((PR, "Six of the seven are going out by courier today. Hartley’s asked for the ledger extract first."),
                  (TL, "Send it, they are 9% of the balance."))),
        Job("Inventory count attendance, Hull site", PR, 0, "in_progress", 7.5, (7.5,), ticked=3,
            steps=("Read the count instructions", "Count 20 lines floor to sheet", "Count 20 lines sheet to floor")),
        Job("Test cut-off on 25 sales invoices", PR, -7, "todo", 6, (1.5,), waits=(3,), priority="urgent",
            said=((PR, "The January despatch notes are still with the depot."),)),
        Job("Recalculate expected credit loss allowance", TL, 2, "in_progress", 4, (1,)),
        Job("Draft management representation letter", TL, 6, "todo", 2),
        Job("Agree disclosure checklist to draft accounts", PR, 9, "todo", 5, waits=(6,),
            steps=("Leases", "Related parties", "Going concern", "Events after the year end")),
        Job("Subsequent events enquiry with Ana Ruiz", MO, 13, "todo", 1.5),
        Job("Partner’s final review", EP, 24, "todo", 8, waits=(7, 8, 9), priority="high"),
    ), budget=240),
    ProjectSpec("FEN", "Fennimore Textiles, first audit", TL, (PR,), -3, 60, (
        Job("Professional clearance from the previous auditor", TL, 4, "in_progress", 1, (0.5,), priority="high"),
        Job("Understand the systems: walk through sales and purchases", PR, 12, hours=10),
        Job("Opening balances: agree to signed accounts", PR, 16, hours=8, waits=(0,)),
        Job("Materiality and audit plan", TL, 20, hours=6, waits=(1,)),
    ), budget=180, walls=((DO, "Kept its books until last summer."),)),
    ProjectSpec("BMS", "Bluewater Marine Supply, review FY2025", MO, (PR,), -12, 41, (
        Job("Approve request list for FY2025 review", MO, 2, "in_progress", 1, (0.25,)),
        Job("Analytical procedures on margins by port", PR, 8, hours=7, waits=(0,)),
        Job("Enquiries of management", MO, 15, hours=3),
    ), budget=60),
    ProjectSpec("WRN", "Wren & Finch payroll, {month}", PR, (DO,), -8, 9, (
        Job("Ask for hours and leavers", PR, -5, "done", 0.5, (0.5,)),
        Job("Run the payroll and send it for approval", PR, 1, "in_progress", 3, (1.25,), waits=(0,), priority="high"),
        Job("Submit to the tax office", PR, 4, hours=0.5, waits=(1,)),
        Job("Pension upload", DO, 7, hours=1, waits=(1,)),
    ), budget=8, every="month"),
    ProjectSpec("ODG", "Orchard Dental Group, corporation tax", DO, (), 13, 80, (
        Job("Tax computation from the signed accounts", DO, 40, hours=9),
        Job("Capital allowances on the new surgery", DO, 48, hours=5, waits=(0,)),
        Job("File the return", DO, 75, hours=1, waits=(0, 1)),
    ), status="planned", budget=30),
    ProjectSpec("", "Peer review of the firm", EP, (MO, IS, DO), -20, 30, (
        Job("Choose six files for cold review", IS, -4, "done", 2, (2,)),
        Job("Cold review of the first three files", IS, 5, "in_progress", 12, (4.5, 3)),
        Job("Read the new quality standard and write what changes", MO, 12, hours=6),
        Job("Back up the shared drive and test a restore", DO, 3, hours=1, repeats="monthly"),
    ), budget=40, is_named=True),
    ProjectSpec("SGE", "Sagebrush Energy, stock count", EP, (TL,), -60, -9, (
        Job("Attend the count in Hexham", TL, -30, "done", 8, (7, 1.5)),
        Job("Roll back to the year end", TL, -20, "done", 4, (5.25,), waits=(0,)),
    ), status="done", budget=12),
)  # fmt: skip
HARCOURT_TEMPLATES = (
    TemplateSpec("Payroll month", "Every payroll we run, from the first call to the pension file.", (
        ("Ask for hours and leavers", 3, 0.5, None), ("Run the payroll and send it for approval", 9, 3, 0),
        ("Submit to the tax office", 12, 0.5, 1), ("Pension upload", 15, 1, 1),
    )),
    TemplateSpec("Statutory audit, small company", "From planning to the signed report.", (
        ("Independence and acceptance", 2, 1, None), ("Planning memorandum", 9, 6, 0), ("Materiality", 10, 2, 1),
        ("Send the request list", 11, 1, 1), ("Fieldwork", 30, 60, 3), ("Disclosure checklist", 38, 5, 4),
        ("Partner’s final review", 44, 8, 5), ("File locked", 58, 2, 6),
    )),
)  # fmt: skip
OKAFOR_PROJECTS = (
    ProjectSpec("BRK", "Brockley Bikes, VAT {month}", LE, (CH,), -6, 12, (
        Job("Post the bank", LE, 1, "in_progress", 2, (0.75,)), Job("Draft the VAT return", LE, 6, hours=1.5, waits=(0,)),
        Job("Send it for approval", CH, 8, hours=0.5, waits=(1,)),
    ), budget=6, every="quarter"),
    ProjectSpec("", "New clients of the spring", NG, (CH,), -10, 40, (Job("Call three leads", NG, 2), Job("Engagement letters", CH, 9)),),
)  # fmt: skip

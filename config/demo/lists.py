"""Four request lists: one just sent, one half-way with everything that can happen, one complete, one of last year."""

from config.demo.specs import Ask, ListSpec

SAMPLE = {
    "given": ["Invoice", "Date", "Amount"], "row_files": True,
    "asked": [{"label": "Delivered on", "kind": "date"}, {"label": "Remark", "kind": "text"}],
}  # fmt: skip
INVOICES = tuple(
    (f"INV-{1043 + 37 * n}", f"2025-{1 + n * 11 // 25:02d}-{1 + 7 * n % 28:02d}", f"{(n * 977 % 4000) + 118}.50")
    for n in range(25)
)

FRESH = ListSpec(
    client="FEN", title="First audit: opening documents", period="Year ending 31 December", due=28,
    by="tomasz@harcourtpell.example", assigned=("tomasz@harcourtpell.example", "priya@harcourtpell.example"),
    project="Fennimore Textiles, first audit",
    sections={
        "Company and owners": (
            Ask("Certificate of incorporation and articles", due=7),
            Ask("Register of members and persons with control", due=7),
            Ask("Organisation chart with related parties", due=10),
            Ask("Board minutes since the last accounts", due=14),
            Ask("Did the shareholders change in the last year?", due=7, kind="yes_no"),
        ),
        "Previous auditor": (
            Ask("Professional clearance letter", due=7, priority="high"),
            Ask("Signed accounts of the last three years", due=10),
            Ask("Letters on internal control of the last two years", due=14),
        ),
        "Opening balances": (
            Ask("Trial balance at 1 January", due=14, priority="high"),
            Ask("Fixed asset register", due=14),
            Ask("Aged receivables and payables at 31 December", due=14),
            Ask("Stock sheets of the last count", due=21),
            Ask("Bank statements across the year end, all accounts", due=14),
        ),
        "Systems": (
            Ask("Read-only access to the ledger", due=5, priority="urgent"),
            Ask("List of people who can approve payments", due=10),
            Ask("Bank mandate", due=21),
            Ask("Payroll provider and latest control report", state="draft"),
        ),
    },
)  # fmt: skip

HALF_WAY = ListSpec(
    client="NWB", title="Year-end audit requests", period="Year ended 31 December", due=14,
    by="maya@harcourtpell.example", assigned=("tomasz@harcourtpell.example", "priya@harcourtpell.example"),
    project="Northwind Bakeries, audit",
    sections={
        "Planning and permanent file": (
            Ask("Signed engagement letter", "accepted", -25, ("Engagement letter signed.pdf",)),
            Ask("Organisation chart and list of related parties", "accepted", -25, ("Organisation chart.png", "Related parties.csv")),
            Ask("Board minutes, January to December", "submitted", -11, ("Board minutes.pdf",)),
        ),
        "Cash and bank": (
            Ask("Bank statements for every account at 31 December", "accepted", -18,
                ("Current account, December.pdf", "Deposit account, December.pdf")),
            Ask("Bank reconciliations, December", "submitted", -11, ("Bank reconciliation.csv",)),
            Ask("Bank confirmation authority, three banks", "pending", -4, priority="high"),
        ),
        "Receivables": (
            Ask("Aged receivables listing at 31 December", "returned", 1, ("Aged receivables.csv",),
                "The total is £4,860 below the ledger. Send the listing run on 31 December, credit notes included."),
            Ask("Sales invoices for the sample of 25", "pending", -7, priority="high", kind="table", options=SAMPLE, rows=INVOICES),
            Ask("Credit notes issued in January and February", "pending", 3),
        ),
        "Inventory": (
            Ask("Final inventory valuation", "accepted", -11, ("Inventory valuation.csv",)),
            Ask("Stock count sheets, three sites", "resubmitted", -4, ("Count sheet Hull.png", "Count sheet Leeds.png"),
                "The sheet for Leeds cannot be read. Send a sharper picture."),
            Ask("Slow-moving and obsolete stock analysis", "pending", 7),
        ),
        "Payroll and tax": (
            Ask("Payroll summary by month", "accepted", -18, ("Payroll summary.csv",)),
            Ask("Year-end payroll tax filings", "accepted", -18, ("Payroll tax filing.pdf",)),
            Ask("Directors’ remuneration schedule", "pending", -3),
            Ask("Leases signed in the year", "does_not_exist", 2, note="No lease was signed in the year. All premises are owned."),
            Ask("Corporation tax computation", "draft"),
            Ask("Deferred tax workings", "waived", note="No timing differences this year."),
        ),
    },
)  # fmt: skip

COMPLETE = ListSpec(
    client="JYS", title="Annual accounts", period="Year ended 31 March", due=-10,
    by="chidi@okafor.example", assigned=("chidi@okafor.example", "lena@okafor.example"),
    project="Juniper Yoga Studio, accounts",
    sections={
        "Sales": (
            Ask("Sales by month", "accepted", -30, ("Sales by month.csv",)),
            Ask("Card terminal statements", "accepted", -30, ("Card statements.pdf",)),
            Ask("Memberships paid in advance", "accepted", -28, ("Memberships.csv",)),
            Ask("Vouchers sold and not used", "accepted", -28, ("Vouchers.csv",)),
        ),
        "Costs": (
            Ask("Rent agreement", "accepted", -30, ("Rent agreement.pdf",)),
            Ask("Teachers’ invoices, by teacher", "accepted", -26, ("Teachers.csv",)),
            Ask("Insurance certificate", "accepted", -26, ("Insurance.pdf",)),
            Ask("Receipts over £500", "accepted", -24, ("Receipt floor.png", "Receipt heating.png")),
            Ask("Mileage log", "not_applicable", -24, note="Nobody drives for the studio."),
        ),
        "Bank and loans": (
            Ask("Bank statements, twelve months", "accepted", -30, ("Bank statements.pdf",)),
            Ask("Loan statement at 31 March", "accepted", -20, ("Loan statement.pdf",)),
            Ask("Petty cash book", "waived", note="Cash was given up in June; the bank statements show it all."),
        ),
        "Payroll and tax": (
            Ask("Payroll reports, twelve months", "accepted", -20, ("Payroll.csv",)),
            Ask("VAT returns, four quarters", "accepted", -20, ("VAT returns.pdf",)),
            Ask("Dividend vouchers", "accepted", -18, ("Dividend voucher.pdf",)),
        ),
    },
)  # fmt: skip

LAST_YEAR = ListSpec(
    client="BMS", title="Limited review", period="Year ended 31 December 2025", due=-345, is_last_years=True,
    by="maya@harcourtpell.example", assigned=("priya@harcourtpell.example", "daniel@harcourtpell.example"),
    sections={
        "Ledger": (
            Ask("Trial balance at 31 December 2025", "accepted", -355, ("Trial balance 2025.csv",)),
            Ask("Aged receivables at 31 December 2025", "accepted", -355, ("Aged receivables 2025.csv",)),
            Ask("Bank confirmations, two banks", "accepted", -352, ("Bank confirmation.pdf",)),
        ),
        "Stock and boats": (
            Ask("Stock count of the boatyard", "accepted", -350, ("Count sheet boatyard.png",)),
            Ask("Valuation of the two used yachts", "accepted", -350, ("Valuation.pdf",)),
            Ask("Berths let at 31 December 2025", "accepted", -348, ("Berths 2025.csv",)),
        ),
        "People and tax": (
            Ask("Payroll summary for 2025", "accepted", -348, ("Payroll 2025.csv",)),
            Ask("Directors’ loans", "does_not_exist", -346, note="There were none in the year."),
        ),
    },
)  # fmt: skip

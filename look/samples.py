"""What stands on the style guide: invented people and figures, and one form of every kind of field."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from look.forms import Chips, DateInput, Switch
from look.status import STATUS
from look.templatetags.look import MARKS

SWATCHES = ["desk", "sheet", "inset", "eye", "rule", "edge", "ink3", "ink2", "ink", "blue"]
TURNS = [
    ("idle", "idle: nobody’s turn"),
    ("client", "client: their turn"),
    ("firm", "firm: our turn"),
    ("done", "done: agreed"),
    ("late", "late: time or limit broken"),
]
LEDGER = [
    ("Trade receivables, gross", "1,284,310", "1,102,884"),
    ("Retail concession accounts", "218,640", "196,020"),
    ("Credit notes pending", "(36,215)", "(22,190)"),
    ("Allowance for expected credit losses", "(48,117)", "(39,405)"),
    ("Other receivables", "61,904", "58,330"),
]


class SampleForm(forms.Form):
    name = forms.CharField(label="Firm name", initial="Harcourt & Pell LLP", help_text="As clients see it on requests.")
    slug = forms.CharField(label="Address")
    phone = forms.CharField(label="Telephone", required=False)
    kind = forms.ChoiceField(label="Service", choices=[("audit", "Audit"), ("tax", "Tax")])
    does = forms.MultipleChoiceField(
        label="What do you do?", required=False, widget=Chips, initial=["audit"],
        choices=[("accounting", "Accounting"), ("audit", "Audit"), ("tax", "Tax")],
    )  # fmt: skip
    due = forms.DateField(label="Due date", required=False, widget=DateInput)
    password = forms.CharField(label="Password", widget=forms.PasswordInput, required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    logo = forms.FileField(label="Logo", required=False)
    access = forms.ChoiceField(
        label="Who may see it",
        widget=forms.RadioSelect,
        choices=[("staff", "Assigned staff"), ("firm", "The whole firm")],
        initial="staff",
    )
    code = forms.BooleanField(
        label="Ask for a code sent by email",
        help_text="On a device we have not seen before.",
        required=False,
        widget=Switch,
    )

    def clean(self) -> None:
        self.add_error("slug", "“harcourt” is taken. “harcourt-pell” is free.")
        self.add_error(None, "The firm was not created. Nothing you typed is lost.")


def context() -> dict[str, Any]:
    today, now = timezone.localdate(), timezone.now()
    form = SampleForm(
        {"name": "Harcourt & Pell LLP", "slug": "harcourt", "kind": "audit", "does": ["audit"], "access": "staff"}
    )
    return {
        "swatches": SWATCHES,
        "turns": TURNS,
        "statuses": STATUS,
        "marks": MARKS,
        "ledger": LEDGER,
        "form": form,
        "now": now,
        "yesterday": now - timedelta(days=1),
        "late_day": today - timedelta(days=7),
        "coming_day": today + timedelta(days=3),
        "team": ["Eleanor Pell", "Maya Okafor", "Tomasz Łuczak", "Priya Raman", "Daniel Osei"],
        "steps": [
            {"turn": "done", "name": "Tomasz Łuczak", "role": "Prepared", "detail": "2 Mar 2026, 16:42, version 7"},
            {"turn": "firm", "name": "Maya Okafor", "role": "Review", "who": "you", "detail": "1 note still open"},
            {"turn": "idle", "name": "Eleanor Pell", "role": "Partner", "detail": "After the review"},
        ],
    }

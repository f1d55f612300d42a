import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from clients.models import InformationRequest
from clients.models.request_status import Status
from organizations.models import Membership


def narrow() -> forms.Select:
    return forms.Select({"class": "w-auto"})


class RequestFilter(forms.Form):
    """The filters above a list's rows. What an address says wrongly filters nothing."""

    mark_optional = False
    q = forms.CharField(required=False, max_length=100, strip=True)
    status = forms.ChoiceField(
        label="Status", required=False, choices=[("", "Any status"), *Status.choices], widget=narrow()
    )
    assigned = forms.ChoiceField(label="Reviewer", required=False, widget=narrow())
    overdue = forms.BooleanField(label="Overdue only", required=False)

    def __init__(self, data: Any, *, member: Membership, reviewers: dict[str, str]) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.member = member
        others = [(pk, name) for pk, name in reviewers.items() if pk != str(member.pk)]
        choices = [("", "Anyone"), ("me", "Me"), ("nobody", "Nobody"), *others]
        self.fields["assigned"].choices = choices  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def is_on(self) -> bool:
        return any(self.cleaned_data.values())

    def apply(self, requests: "QuerySet[InformationRequest]", today: date) -> "QuerySet[InformationRequest]":
        chosen = self.cleaned_data
        if words := chosen.get("q"):
            requests = requests.filter(self._mentions(words))
        if status := chosen.get("status"):
            requests = requests.filter(status=status)
        if who := chosen.get("assigned"):
            requests = requests.filter(assigned_to={"me": self.member.pk, "nobody": None}.get(who, who))
        return requests.in_progress().overdue(today) if chosen.get("overdue") else requests  # type: ignore[attr-defined]

    @staticmethod
    def _mentions(words: str) -> Q:
        found = Q(title__icontains=words) | Q(description__icontains=words) | Q(category__icontains=words)
        found |= Q(source_ref__iexact=words)
        number = re.fullmatch(r"(?:[a-z0-9]*[a-z]-)?0*(\d{1,6})", words, re.IGNORECASE)
        return found | Q(number=number[1]) if number else found

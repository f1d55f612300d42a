import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from organizations.models import Membership
from workspaces.models import Task


def narrow() -> forms.Select:
    return forms.Select({"class": "w-auto"})


#: When it is due: of what is not done, for what is done is due no more.
DUE = (
    ("", "Due any time"), ("late", "Overdue"), ("today", "Due today"), ("week", "Due in seven days"),
    ("month", "Due in thirty days"), ("none", "No due date"),
)  # fmt: skip
SOON = {"today": 0, "week": 7, "month": 30}
STATES = (("", "Any status"), ("open", "Not done"), *Task.Status.choices, ("blocked", "Blocked"), ("late", "Overdue"))


class TaskFilter(forms.Form):
    """The filters above a project's tasks, the same for board, list and calendar. What an address says wrongly
    filters nothing."""

    mark_optional = False
    q = forms.CharField(required=False, max_length=100, strip=True)
    status = forms.ChoiceField(label="Status", required=False, choices=STATES, widget=narrow())
    assigned = forms.ChoiceField(label="Assigned", required=False, widget=narrow())
    priority = forms.ChoiceField(
        label="Priority", required=False, choices=[("", "Any priority"), *Task.Priority.choices], widget=narrow()
    )

    due = forms.ChoiceField(label="Due", required=False, choices=DUE, widget=narrow())

    def __init__(self, data: Any, *, member: Membership, people: dict[str, str]) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.member = member
        others = [(pk, name) for pk, name in people.items() if pk != str(member.pk)]
        choices = [("", "Assigned: anyone"), ("me", "Me"), ("nobody", "Nobody"), *others]
        self.fields["assigned"].choices = choices  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def is_on(self) -> bool:
        return any(self.cleaned_data.values())

    def apply(self, tasks: "QuerySet[Task]", today: date) -> "QuerySet[Task]":
        chosen = self.cleaned_data
        if words := chosen.get("q", "").replace("\0", ""):
            number = re.fullmatch(r"(?:t-)?(\d{1,6})", words, re.IGNORECASE)
            found = Q(title__icontains=words) | Q(description__icontains=words)
            tasks = tasks.filter(found | Q(number=number[1]) if number else found)
        if priority := chosen.get("priority"):
            tasks = tasks.filter(priority=priority)
        if who := chosen.get("assigned"):
            tasks = tasks.filter(assigned_to={"me": self.member.pk, "nobody": None}.get(who, who))
        if due := chosen.get("due"):
            tasks = self._due(tasks, due, today)
        return self._in_state(tasks, chosen.get("status"), today)

    @staticmethod
    def _due(tasks: Any, due: str, today: date) -> "QuerySet[Task]":
        if due == "late":
            return tasks.overdue(today)
        if due == "none":
            return tasks.filter(due_date=None)
        return tasks.open().filter(due_date__range=(today, today + timedelta(days=SOON[due])))

    @staticmethod
    def _in_state(tasks: Any, state: str | None, today: date) -> "QuerySet[Task]":
        if state == "open":
            return tasks.open()
        if state == "late":
            return tasks.overdue(today)
        if state == "blocked":
            return tasks.open().with_blocked().filter(is_blocked=True)
        return tasks.filter(status=state) if state else tasks

"""The firm's forms about reminders."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from clients.models import ClientContact, RequestList
from look.dates import day_words
from look.forms import DateInput, Switch
from organizations.models import Membership
from portal.models import PortalSetting, ReminderSchedule, ReminderSnooze
from portal.reminders.plan import waiting

FARTHEST = 365


class DaysField(forms.CharField):
    """“7, 2” as days: people think of days before and days after, not of a sign."""

    def __init__(self, *, sign: int, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=60, **kwargs)
        self.sign = sign

    def clean(self, value: Any) -> list[int]:
        words = re.split(r"[,;\s]+", super().clean(value).strip())
        if not all(word.isascii() and word.isdigit() and 0 < int(word) <= FARTHEST for word in words if word):
            raise ValidationError(f"Write days as numbers from 1 to {FARTHEST}, such as 7, 2.")
        days = sorted({int(word) for word in words if word}, reverse=self.sign < 0)
        if len(days) > 6:
            raise ValidationError("Six days are enough.")
        return [self.sign * day for day in days]


class ScheduleForm(forms.ModelForm):
    """The days of a schedule as three questions: before, on the day, after."""

    is_on = forms.BooleanField(label="Send reminders", required=False, widget=Switch)
    before = DaysField(sign=-1, label="Days before the due date", help_text="Such as 7, 2.")
    on_day = forms.BooleanField(label="On the due date", required=False, widget=Switch)
    after = DaysField(sign=1, label="Days after it", help_text="Such as 3, 7.")
    repeat_every = forms.IntegerField(
        label="Then every so many days", required=False, min_value=1, max_value=60,
        help_text="Empty: no more after the last day above.",
    )  # fmt: skip
    most = forms.IntegerField(label="At most so many for one request", min_value=1, max_value=99)

    class Meta:
        model = ReminderSchedule
        fields = ["is_on", "repeat_every", "most"]

    field_order = ["is_on", "before", "on_day", "after", "repeat_every", "most"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.instance.days
        shown = {
            "before": ", ".join(str(-day) for day in days if day < 0),
            "on_day": 0 in days,
            "after": ", ".join(str(day) for day in days if day > 0),
        }
        self.initial = {**self.initial, **shown}
        self.mark_optional = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        days = [*data.get("before", []), *([0] if data.get("on_day") else []), *data.get("after", [])]
        if data.get("is_on") and not days and not data.get("repeat_every"):
            raise ValidationError("Name at least one day, or turn reminders off.")
        self.instance.days = days
        return data


class PortalSettingForm(forms.ModelForm):
    reminder_hour = forms.TypedChoiceField(
        label="Reminders go out at",
        coerce=int,
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)],
        help_text="In the firm’s time zone, on the firm’s days.",
    )

    class Meta:
        model = PortalSetting
        fields = ["language", "colleagues", "reminder_hour"]
        widgets = {"colleagues": forms.RadioSelect}
        help_texts = {"language": "Where neither the contact nor their browser asks for another."}


class SnoozeForm(forms.Form):
    """Until when it is quiet about what. `target` is a kind and an id."""

    target = forms.ChoiceField(label="No reminder about")
    until = forms.DateField(label="Before", widget=DateInput, error_messages={"required": "Choose the day."})

    def __init__(self, *args: Any, request_list: RequestList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_list = request_list
        requests = waiting(request_list.client_id).filter(request_list=request_list)[:500]
        self.requests = {f"request:{row.pk}": row for row in requests}
        self.contacts = {f"contact:{row.pk}": row for row in people_of(request_list)}
        self.fields["target"].choices = [  # type: ignore[attr-defined]
            ("list", "The whole list"),
            ("People", [(key, f"Anything, to {row.name}") for key, row in self.contacts.items()]),
            ("Requests", [(key, f"{row.reference} {row.title[:80]}") for key, row in self.requests.items()]),
        ]

    def clean_until(self) -> date:
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not 0 < (until - today).days <= FARTHEST:
            raise ValidationError("Choose a day after today, within a year.")
        return until

    def save(self, *, by: Membership) -> ReminderSnooze:
        defaults = {"until": self.cleaned_data["until"], "created_by": by}
        return ReminderSnooze.objects.update_or_create(**self._target, defaults=defaults)[0]

    @property
    def _target(self) -> dict[str, Any]:
        chosen = self.cleaned_data["target"]
        none: dict[str, Any] = {"request": None, "request_list": None, "contact": None}
        if chosen in self.requests:
            return none | {"request": self.requests[chosen]}
        return none | (
            {"contact": self.contacts[chosen]} if chosen in self.contacts else {"request_list": self.request_list}
        )

    @property
    def target_name(self) -> str:
        return str(next(found for found in self._target.values() if found))

    @property
    def until_words(self) -> str:
        return day_words(self.cleaned_data["until"], timezone.localdate())

    @staticmethod
    def of_list(request_list: RequestList) -> "QuerySet[ReminderSnooze]":
        """What is quiet about the list, its requests and its people; days gone by are over."""
        about = Q(request_list=request_list) | Q(request__request_list=request_list)
        rows = ReminderSnooze.objects.filter(about | Q(contact__client=request_list.client_id))
        return rows.filter(until__gt=timezone.localdate()).order_by("until", "pk")


def people_of(request_list: RequestList) -> "QuerySet[ClientContact]":
    contacts = ClientContact.objects.with_portal().filter(client=request_list.client_id)
    return contacts.order_by("-is_coordinator", "-is_primary", "name", "pk")[:100]

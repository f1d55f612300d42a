"""Reminding by hand: about one list, or everything that waits at many clients."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.utils import timezone

from clients.models import Client, ClientContact, InformationRequest, RequestList
from look.dates import day_words
from look.forms import Switch
from organizations.models import Membership
from portal.forms_reminders import people_of
from portal.models import ReminderItem, ReminderMail, ReminderSchedule
from portal.reminders.schedules import firm_schedule, list_schedule

#: What each mail of a reminder speaks of.
Mails = list[tuple[ClientContact, list[InformationRequest]]]
MOST_REQUESTS, MOST_PEOPLE = 500, 200
USUAL_REPEAT = 3
USUAL_WORDS = "Could you send what is listed below, or tell us what stands in the way?"


class _ReminderForm(forms.Form):
    """Who gets which mail. A form that was not sent yet answers with what it proposes."""

    contacts = forms.MultipleChoiceField(
        label="To", widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one person.",
            "invalid_choice": "Somebody you chose can no longer use the portal. Choose again from those below.",
        },
    )  # fmt: skip
    message = forms.CharField(
        label="Message", max_length=4000, widget=forms.Textarea({"rows": 5}),
        help_text="A greeting, your name, the requests and a portal link are added.",
    )  # fmt: skip

    people: dict[str, ClientContact]

    def propose(self, contacts: list[str], **values: Any) -> None:
        self.initial = {"contacts": contacts, "message": USUAL_WORDS, **values}

    def mails(self) -> Mails:
        """Nobody is told of what they may not see."""
        about = self._about()
        return [(who, [row for row in about if sees(who, row)]) for who in self._to()]

    @property
    def names(self) -> str:
        names = [person.name for person, _ in self.mails()]
        return ", ".join(names) if len(names) <= 3 else f"{len(names)} people"

    def chosen(self, name: str) -> Any:
        return getattr(self, "cleaned_data", {}).get(name, [] if self.is_bound else self.initial.get(name))

    def _about(self) -> list[InformationRequest]:
        raise NotImplementedError

    def _to(self) -> list[ClientContact]:
        return [self.people[str(key)] for key in self.chosen("contacts")]


class ReminderForm(_ReminderForm):
    """About these requests of a list, to these people, in these words; and again by the clock if it helps nothing."""

    requests = forms.MultipleChoiceField(
        label="About", widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one request.",
            "invalid_choice": "A request you chose is no longer with the client. Choose again from those below.",
        },
    )  # fmt: skip
    again = forms.BooleanField(required=False, widget=Switch)
    field_order = ["requests", "contacts", "message", "again"]

    def __init__(self, *args: Any, request_list: RequestList, chosen: list[UUID] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_list, today = request_list, timezone.localdate()
        rows = InformationRequest.objects.filter(request_list=request_list).with_client().in_progress()
        rows = rows.select_related("request_list").defer("tsv", "description", "answer_text")
        self.waiting = {row.pk: row for row in rows.order_by("due_date", "position", "pk")[:MOST_REQUESTS]}
        self.people = {str(row.pk): row for row in people_of(request_list)}
        self.fields["requests"].choices = [(row.pk, _line(row, today)) for row in self.waiting.values()]  # type: ignore[attr-defined]
        self.fields["contacts"].choices = [(key, _who(row)) for key, row in self.people.items()]  # type: ignore[attr-defined]
        self.schedule = list_schedule(request_list) or firm_schedule()
        self._offer_again()
        about = chosen or [row.pk for row in self.waiting.values() if row.is_overdue(today)] or list(self.waiting)
        rows_about = [self.waiting[pk] for pk in about if pk in self.waiting]
        self.propose(usual(self.people.values(), rows_about), requests=about, again=self.schedule.is_on)

    def _offer_again(self) -> None:
        every = USUAL_REPEAT if self.schedule._state.adding else self.schedule.repeat_every
        days = f"every {every} days" if every else "by the rules"
        self.fields["again"].label = f"Remind again {days} until answered"
        had = _most_reminded(self.waiting)
        told = f" {had[0].reference} has had {had[1]}." if had else ""
        self.fields["again"].help_text = f"Stops at {self.schedule.most} reminders about one request.{told}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "requests" in data and "contacts" in data:
            blind = [person.name for person, about in self.mails() if not about]
            if blind:
                self.add_error("contacts", f"None of these requests is visible to {', '.join(blind)}.")
        return data

    def save_again(self) -> None:
        """Turn the reminders by the clock on or off for this list, where the switch was moved."""
        if self.cleaned_data["again"] == self.schedule.is_on:
            return
        own = list_schedule(self.request_list)
        if own is None:
            is_new = self.schedule._state.adding  # no rules of the firm: the days the switch speaks of, and no others
            own = ReminderSchedule(request_list=self.request_list, most=self.schedule.most)
            own.days = [] if is_new else self.schedule.days
            own.repeat_every = USUAL_REPEAT if is_new else self.schedule.repeat_every
        own.is_on = self.cleaned_data["again"]
        own.save()

    def _about(self) -> list[InformationRequest]:
        keys = {str(key) for key in self.chosen("requests")}
        return [row for key, row in self.waiting.items() if str(key) in keys]


class ClientsReminderForm(_ReminderForm):
    """To people of many clients: each about what waits at their own."""

    about = forms.ChoiceField(
        label="About", widget=forms.RadioSelect,
        choices=[("late", "What is overdue"), ("all", "Everything that is with the client")],
    )  # fmt: skip
    clients = forms.ModelMultipleChoiceField(queryset=Client.objects.none(), widget=forms.MultipleHiddenInput)
    field_order = ["about", "contacts", "message"]

    def __init__(self, *args: Any, clients: Iterable[Client], member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {client.pk: client for client in clients}
        self.fields["clients"].queryset = Client.objects.filter(pk__in=named)  # type: ignore[attr-defined]
        self.waiting = _waiting_at(named, member)
        at = {pk: client for pk, client in named.items() if pk in self.waiting}
        self.idle = [client.name for pk, client in named.items() if pk not in self.waiting]
        people = ClientContact.objects.with_portal().filter(client__in=at).order_by("client__name_key", "name", "pk")
        self.people = {str(row.pk): row for row in people.select_related("client", "organization")[:MOST_PEOPLE]}
        self.fields["contacts"].choices = [(key, self._line(row)) for key, row in self.people.items()]  # type: ignore[attr-defined]
        late = any(self._late(rows) for rows in self.waiting.values())
        self.propose([], about="late" if late else "all", clients=list(at))
        self.initial["contacts"] = self._proposed()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "contacts" in data and "about" in data and not any(about for _, about in self.mails()):
            raise ValidationError("Nothing these people could be reminded of is overdue. Remind of everything instead.")
        return data

    def mails(self) -> Mails:
        return [(who, about) for who, about in super().mails() if about]

    def _about(self) -> list[InformationRequest]:
        rows = [row for rows in self.waiting.values() for row in rows]
        return self._late(rows) if self.chosen("about") == "late" else rows

    def _proposed(self) -> list[str]:
        by_client: dict[UUID, list[ClientContact]] = defaultdict(list)
        for person in self.people.values():
            by_client[person.client_id].append(person)
        about = {row.pk for row in self._about()}
        return [
            key
            for pk, people in by_client.items()
            for key in usual(people, [row for row in self.waiting[pk] if row.pk in about])
        ]

    def _line(self, person: ClientContact) -> str:
        rows = [row for row in self.waiting[person.client_id] if sees(person, row)]
        late = len(self._late(rows))
        counts = f"{late} overdue, {len(rows)} in all" if late else f"{len(rows)} waiting"
        return f"{_who(person)}, {person.client.name}: {counts}"

    @staticmethod
    def _late(rows: list[InformationRequest]) -> list[InformationRequest]:
        today = timezone.localdate()
        return [row for row in rows if row.is_overdue(today)]


def usual(people: Iterable[ClientContact], about: list[InformationRequest]) -> list[str]:
    """Of each request whoever is asked by name; else who coordinates; else the main contact."""
    people = list(people)
    leading = [row.pk for row in people if row.is_coordinator] or [row.pk for row in people if row.is_primary][:1]
    asked = {row.contact_id for row in about}
    return [str(row.pk) for row in people if row.pk in asked or (None in asked and row.pk in leading)]


def _waiting_at(clients: Iterable[UUID], member: Membership) -> dict[UUID, list[InformationRequest]]:
    rows = InformationRequest.objects.open_to(member).filter(request_list__client__in=list(clients))
    rows = (
        rows.with_client()
        .in_progress()
        .select_related("request_list__client")
        .defer("tsv", "description", "answer_text")
    )
    found: dict[UUID, list[InformationRequest]] = defaultdict(list)
    for row in rows.order_by("request_list__created_at", "request_list", "due_date", "position", "pk"):
        found[row.request_list.client_id].append(row)
    return dict(found)


def _most_reminded(waiting: dict[UUID, InformationRequest]) -> tuple[InformationRequest, int] | None:
    """The request that was reminded of most often, if any was."""
    sent = ReminderItem.objects.filter(request__in=waiting, mail__status=ReminderMail.Status.SENT).order_by()
    counts = sent.values("request").annotate(count=Count("pk"), last=Max("mail__sent_at")).order_by("-count", "-last")
    row = counts.first()
    return (waiting[row["request"]], row["count"]) if row else None


def sees(who: ClientContact, row: InformationRequest) -> bool:
    is_theirs = who.client_id == row.request_list.client_id
    return is_theirs and (who.is_coordinator or row.contact_id in (None, who.pk))


def _line(row: InformationRequest, today: date) -> str:
    if row.due_date is None:
        return f"{row.reference} {row.title}"
    days = (today - row.due_date).days
    late = f"{days} day{'' if days == 1 else 's'} late" if days > 0 else f"due {day_words(row.due_date, today)}"
    return f"{row.reference} {row.title}, {'due today' if days == 0 else late}"


def _who(contact: ClientContact) -> str:
    return contact.name if contact.invited_at else f"{contact.name} (first mail, a link is included)"

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.db.models import F, Q, QuerySet

from clients import notices, request_samples
from clients.forms.answer_options import AnswerOptionsMixin, read_sample
from clients.forms.people import offer
from clients.models import ClientContact, InformationRequest, RequestEvent, RequestList
from clients.models.answer_type import AnswerType
from clients.models.request_status import Status
from clients.project_access import viewers_of_list
from clients.request_order import waits_for
from clients.telling import assigned, publish_request
from look.forms import DateInput, Switch
from organizations.forms.base import TenantModelForm
from organizations.models import Membership


def assignable(request_list: RequestList, now: UUID | None = None) -> "QuerySet[Membership]":
    """Whoever sees the requests of the list, and whoever reviews this one now."""
    able = [member.pk for member in viewers_of_list(request_list)]
    return Membership.objects.filter(Q(pk__in=able) | Q(pk=now)).order_by("display_name", "id")


class StaleForm(Exception):
    """Somebody saved the request after this form was opened."""


class RequestForm(AnswerOptionsMixin, TenantModelForm):
    """`version` is the one the person looked at; for a new request `key` is its id, so that sending twice makes one."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    publish = forms.BooleanField(
        label="Show it to the client now", help_text="Otherwise it stays a draft that only the firm sees.", required=False,
        widget=Switch,
    )  # fmt: skip

    sample = forms.CharField(
        label="Selected rows", required=False, max_length=50_000,
        widget=forms.Textarea({"rows": 5, "data-shown-for": "table", "class": "font-monospace"}),
        help_text="Paste them from a spreadsheet, the headings in the first line.",
    )  # fmt: skip

    class Meta:
        model = InformationRequest
        fields = [
            "title", "category", "description", "due_date", "assigned_to", "contact", "priority", "depends_on",
            "expected_format", "answer_type",
        ]  # fmt: skip
        labels = {
            "title": "What do you need?", "assigned_to": "Reviewer", "contact": "Client contact", "depends_on": "Comes after",
        }  # fmt: skip
        help_texts = {
            "contact": "Without one, every contact of the client sees it.",
            "depends_on": "Until that one is accepted, this one counts as blocked.",
            "expected_format": "Such as Excel, or a signed PDF.",
        }
        widgets = {
            "title": forms.TextInput,
            "category": forms.TextInput(attrs={"list": "sections"}),
            "description": forms.Textarea(attrs={"rows": 4}),
            "due_date": DateInput,
        }

    def __init__(self, *args: Any, request_list: RequestList, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.request_list = member, request_list
        self.instance.request_list = request_list
        if self.instance._state.adding:
            del self.fields["version"]
        else:
            del self.fields["key"], self.fields["publish"]
            self.initial["version"] = self.instance.version
        contacts = ClientContact.with_deleted.filter(client=request_list.client_id)
        living = contacts.filter(Q(deleted_at=None) | Q(pk=self.instance.contact_id)).order_by("name", "id")
        offer(
            self.fields["assigned_to"],
            assignable(request_list, self.instance.assigned_to_id),
            "Nobody yet",
        )
        offer(self.fields["contact"], living, "Anyone at the client")
        others = InformationRequest.objects.filter(request_list=request_list).exclude(pk=self.instance.pk).defer("tsv")
        offer(self.fields["depends_on"], others.order_by("position", "id"), "Nothing")
        self.fields["depends_on"].label_from_instance = self._named  # type: ignore[attr-defined]
        self.read_options()
        self.initial["sample"] = request_samples.as_text(self.instance)

    def _named(self, other: InformationRequest) -> str:
        return f"{self.request_list.prefix}-{other.number:03d} {other.title[:80]}"

    def clean_depends_on(self) -> InformationRequest | None:
        other: InformationRequest | None = self.cleaned_data["depends_on"]
        if other and waits_for(other, self.instance):
            raise forms.ValidationError(f"{self._named(other)} waits for this one already.")
        return other

    def clean_sample(self) -> tuple[list[str], list[list[str]]]:
        return read_sample(self.cleaned_data["sample"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.check_options(data)
        if data.get("answer_type") == AnswerType.TABLE and "sample" in data and not data["sample"][1]:
            self.add_error("sample", "Paste the rows the client is to fill in.")
        return data

    def _stored_options(self) -> dict[str, Any]:
        return self.options(self.cleaned_data["sample"][0]).as_stored()

    def _keep_sample(self, item: InformationRequest) -> None:
        is_table = self.cleaned_data["answer_type"] == AnswerType.TABLE
        request_samples.replace(item, self.cleaned_data["sample"][1] if is_table else [])

    @transaction.atomic
    def create(self) -> InformationRequest:
        """The new request at the end of its list, or the one an earlier press of the same button has made."""
        RequestList.objects.select_for_update().get(pk=self.request_list.pk)  # a second press waits here
        item, key = self.instance, self.cleaned_data["key"]
        existing = InformationRequest.with_deleted.filter(pk=key).first()
        if existing and existing.request_list_id == self.request_list.pk:
            return existing
        (number,) = self.request_list.next_numbers(1)
        item.pk = key if key and not existing else item.pk
        item.number, item.position, item.status = number, number, Status.DRAFT
        item.answer_options = self._stored_options()
        self.save()
        self._keep_sample(item)
        RequestEvent.objects.create(request=item, to_status=Status.DRAFT, member=self.member)
        if self.cleaned_data["publish"]:
            item.publish(by=self.member)
            notices.published(item)
        self._tell()
        return item

    def take_over(self, stored: InformationRequest) -> None:
        """The next press saves over `stored`: the page shows what it holds."""
        self.data = {**self.data.dict(), "version": str(stored.version)}  # type: ignore[attr-defined]

    def differences(self, stored: InformationRequest) -> list[tuple[str, str]]:
        """What is stored now where it is not what was typed."""
        typed = self.cleaned_data
        return [
            (self[name].label, str(getattr(stored, name) or "empty"))
            for name in self.Meta.fields
            if getattr(stored, name) != typed[name]
        ]

    @transaction.atomic
    def update(self) -> None:
        """Save what was typed, unless somebody saved meanwhile. Raises StaleForm."""
        seen = self.cleaned_data["version"]
        rows = InformationRequest.objects.filter(pk=self.instance.pk, version=seen)
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        values["answer_options"] = self._stored_options()
        if not rows.update(**values, version=F("version") + 1):
            raise StaleForm
        self._keep_sample(self.instance)
        self._tell()

    def _tell(self) -> None:
        """Whoever is assigned now hears of it; open pages show the change."""
        if "assigned_to" in self.changed_data:
            assigned(self.instance, by=self.member)
        else:
            publish_request(self.instance)


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=2000, strip=True, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="return-%s", **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = "What is missing?", "The client reads this."
        field.error_messages["required"] = "Say what is missing, so that the client can send it."


class ReopeningForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="reopening-%s", **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = "Why do you ask again?", "The client reads this."
        field.error_messages["required"] = "Say why you ask again, so that the client knows what to do."


class ReceivingForm(ReasonForm):
    """An answer that came by mail, on paper or in a meeting: from whom, and how."""

    giver = forms.ModelChoiceField(
        label="From", queryset=ClientContact.objects.none(), empty_label=None,
        error_messages={"required": "Say who gave it to you."},
    )  # fmt: skip
    field_order = ["giver", "reason"]

    def __init__(self, *args: Any, item: InformationRequest, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="receiving-%s", **kwargs)
        people = ClientContact.objects.filter(client=item.request_list.client_id).order_by("-is_primary", "name", "id")
        if people.exists():
            self.fields["giver"].queryset = people  # type: ignore[attr-defined]
            self.initial.setdefault("giver", item.contact_id)
        else:
            del self.fields["giver"]
        field = self.fields["reason"]
        field.label, field.help_text = "How it came", "Such as “By email on 3 March”. The client reads this too."
        field.error_messages["required"] = "Say how it came, so that the record shows it."


class WaiverForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="waiver-%s", **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = "Why is it no longer needed?", "The client sees it as not needed."
        field.error_messages["required"] = "Say why it is no longer needed."

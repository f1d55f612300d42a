from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone

from clients.forms.answer_options import AnswerOptionsMixin
from clients.forms.request_list import RequestListForm, clean_prefix
from clients.forms.row_form import RowForm
from clients.models import RequestList, RequestTemplate, RequestTemplateItem
from clients.models.answer_type import AnswerOptions
from clients.template_lines import Line
from look.forms import DateInput
from organizations.forms.base import TenantModelForm
from organizations.models import Membership


class RequestTemplateForm(RowForm):
    noun = "template"

    class Meta:
        model = RequestTemplate
        fields = ["name", "description", "prefix"]
        widgets = {"description": forms.Textarea({"rows": 3})}
        help_texts = {
            "description": "What it is for, so that colleagues choose the right one.",
            "prefix": "Lists made from it are numbered with it: PBC-001, PBC-002.",
        }

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_prefix(self) -> str:
        return clean_prefix(self.cleaned_data["prefix"])


class RequestTemplateItemForm(AnswerOptionsMixin, TenantModelForm):
    given = forms.CharField(
        label="What you give for each row", required=False, max_length=1000,
        widget=forms.Textarea({"rows": 2, "data-shown-for": "table"}),
        help_text="One column in each line, such as Invoice, Date, Amount.",
    )  # fmt: skip

    class Meta:
        model = RequestTemplateItem
        fields = ["title", "category", "description", "expected_format", "due_days", "depends_on", "answer_type"]
        labels = {"title": "What do you need?", "due_days": "Due after", "depends_on": "Comes after"}
        help_texts = {
            "title": "{period}, {last_period} and {client} are filled in when a list is made.",
            "due_days": "Days from the start of the list.",
            "depends_on": "Until that one is accepted, this one counts as blocked.",
        }
        widgets = {
            "title": forms.TextInput,
            "category": forms.TextInput(attrs={"list": "sections"}),
            "description": forms.Textarea(attrs={"rows": 4}),
            "due_days": forms.NumberInput({"class": "w-auto", "max": 3650}),
        }

    def __init__(self, *args: Any, template: RequestTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.template = template
        self.read_options()
        self.initial["given"] = "\n".join(AnswerOptions.read(self.instance.answer_options).given)
        others = template.items.exclude(pk=self.instance.pk).order_by("position", "id")
        field = cast("forms.ModelChoiceField", self.fields["depends_on"])
        field.queryset, field.empty_label = others, "Nothing"

    def clean_depends_on(self) -> RequestTemplateItem | None:
        other: RequestTemplateItem | None = self.cleaned_data["depends_on"]
        parents = dict(self.instance.template.items.values_list("pk", "depends_on"))
        at = other.pk if other else None
        while at is not None:
            if at == self.instance.pk:
                raise ValidationError("That one waits for this one already. Two cannot wait for each other.")
            at = parents.get(at)
        return other

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.check_options(data)
        return data

    def save(self, commit: bool = True) -> Any:
        given = [line.strip() for line in self.cleaned_data["given"].splitlines() if line.strip()][:6]
        self.instance.answer_options = self.options(given).as_stored()
        if self.instance._state.adding:
            last = self.instance.template.items.aggregate(last=Max("position"))["last"]
            self.instance.position = (last or 0) + 1
        return super().save(commit)


class LineChoice(forms.Form):
    """Which lines of a template or list are taken."""

    lines = forms.MultipleChoiceField(error_messages={"required": "Choose at least one request."})

    def offer_lines(self, lines: list[Line]) -> None:
        self.offered = lines
        self.fields["lines"].choices = [(line.key, line.title) for line in lines]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> set[str]:
        """Which lines are checked on the page: all of them before anything was sent."""
        if not self.is_bound:
            return {line.key for line in self.offered}
        return set(self.data.getlist("lines"))  # type: ignore[attr-defined]

    def taken(self) -> list[Line]:
        return [line for line in self.offered if line.key in set(self.cleaned_data["lines"])]


class ListFromTemplateForm(LineChoice, RequestListForm):
    """The list to make, from which day its dates count, and which of the lines it takes."""

    starts_on = forms.DateField(
        label="Dates count from",
        widget=DateInput,
        help_text="The template says after how many days each request is due.",
    )

    class Meta(RequestListForm.Meta):
        fields = ["client", "title", "period", "due_date", "prefix", "project"]

    def __init__(self, *args: Any, lines: list[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts_on", timezone.localdate())
        self.offer_lines(lines)


class TemplateFromListForm(LineChoice, RequestTemplateForm):
    def __init__(self, *args: Any, lines: list[Line], request_list: RequestList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(name=request_list.title, prefix=request_list.prefix)
        self.offer_lines(lines)

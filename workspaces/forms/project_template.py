from typing import Any, cast

from django import forms
from django.db import transaction
from django.db.models import Max
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.plain_text import validate_plain_text
from clients.forms.row_form import RowForm
from clients.models import Project
from look.forms import DateInput
from organizations.models import Membership
from workspaces.forms.durations import DurationField
from workspaces.forms.task import MOST_ESTIMATE
from workspaces.forms.task_step import StepsField
from workspaces.models import ProjectTemplate, ProjectTemplateTask


class ProjectTemplateForm(RowForm):
    noun = "template"

    class Meta:
        model = ProjectTemplate
        fields = ["name", "description"]
        widgets = {"description": forms.Textarea({"rows": 3})}
        help_texts = {"description": "What it is for, so that colleagues choose the right one."}

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member


class TemplateTaskForm(RowForm):
    """A task of a template. It may wait for one above it, so that nothing goes in a circle."""

    noun = "task"
    estimate_minutes = DurationField(
        label="Estimate", most=MOST_ESTIMATE, required=False, help_text="In hours, such as 1:30 or 1.5."
    )
    steps = StepsField(required=False, help_text="One a line. The task lists them to tick off.")

    class Meta:
        model = ProjectTemplateTask
        fields = ["title", "description", "steps", "due_days", "priority", "estimate_minutes", "waits_for"]
        labels = {"title": "What is to be done?", "due_days": "Due after", "waits_for": "Waits for"}
        help_texts = {"due_days": "Days from the start of the project.", "waits_for": "One of the tasks above it."}
        widgets = {
            "title": forms.TextInput,
            "description": forms.Textarea({"rows": 4}),
            "due_days": forms.NumberInput({"class": "w-auto", "max": 1000}),
        }

    def __init__(self, *args: Any, template: ProjectTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.template = template
        above = ProjectTemplateTask.objects.filter(template=template).order_by("position", "id")
        if not self.instance._state.adding:
            above = above.filter(position__lt=self.instance.position)
        field = cast("forms.ModelChoiceField", self.fields["waits_for"])
        field.queryset, field.empty_label = above, "Nothing"

    def clean_steps(self) -> str:
        return "\n".join(self.cleaned_data["steps"])

    @transaction.atomic
    def save(self, commit: bool = True) -> ProjectTemplateTask:
        if self.instance._state.adding:
            template = get_object_or_404(
                ProjectTemplate.objects.select_for_update(of=("self",)), pk=self.instance.template_id
            )
            last = ProjectTemplateTask.objects.filter(template=template).aggregate(last=Max("position"))["last"]
            self.instance.position = (last or 0) + 1
        return super().save(commit)


class UseTemplateForm(forms.Form):
    """Whose tasks the project gets, and the day their due dates count from."""

    template = forms.ModelChoiceField(ProjectTemplate.objects.none(), empty_label=None)
    start = forms.DateField(label="Due dates count from", widget=DateInput)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        initial = {"start": project.start_date or timezone.localdate(), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        templates = ProjectTemplate.objects.order_by("name", "id")
        cast("forms.ModelChoiceField", self.fields["template"]).queryset = templates


class KeepTemplateForm(forms.Form):
    """A template of the project's tasks."""

    name = forms.CharField(max_length=120, validators=[validate_plain_text])

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if ProjectTemplate.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError("Another template has this name.")
        return name

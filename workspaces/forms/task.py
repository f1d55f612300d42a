from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from clients.forms.people import offer
from clients.forms.row_form import RowForm
from clients.models import Project
from look.forms import DateInput
from organizations.models import Membership
from workspaces.forms.durations import DurationField
from workspaces.forms.task_step import StepsField
from workspaces.models import Task, TaskDependency, Workpaper
from workspaces.tasks import changes, places
from workspaces.tasks.people import assignable
from workspaces.tasks.refusals import TaskRefused

#: The longest that one task is estimated.
MOST_ESTIMATE = 2000 * 60


class TaskForm(RowForm):
    """A task of one project. Its status, too, so that everything about it can be changed without a board."""

    noun = "task"
    estimate_minutes = DurationField(
        label="Estimate", most=MOST_ESTIMATE, required=False, help_text="In hours, such as 1:30 or 1.5."
    )
    steps = StepsField(required=False, help_text="One a line. The task lists them to tick off.")
    constrained = (*RowForm.constrained, "recurs_from")

    class Meta:
        model = Task
        fields = [
            "title", "description", "status", "assigned_to", "due_date", "priority", "estimate_minutes", "recurrence",
            "workpaper",
        ]  # fmt: skip
        labels = {"title": "What is to be done?", "assigned_to": "Assigned", "due_date": "Due"}
        help_texts = {
            "recurrence": "The next one is made when this one is done.",
            "workpaper": "While the paper waits for a reviewer, so does the task.",
        }
        widgets = {
            "title": forms.TextInput,
            "description": forms.Textarea({"rows": 5}),
            "due_date": DateInput,
        }

    field_order: tuple[str, ...] = ("title", "description", "steps")

    def __init__(self, *args: Any, project: Project, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["steps"]  # each is changed by itself, beside the others
        self.project, self.member = project, member
        self.instance.project = project
        offer(self.fields["assigned_to"], assignable(project, self.instance.assigned_to_id), "Nobody yet")
        if "workpaper" in self.fields:
            self._offer_papers()

    def _offer_papers(self) -> None:
        papers = Workpaper.objects.filter(binder__project=self.project, binder__deleted_at=None)
        field = cast("forms.ModelChoiceField", self.fields["workpaper"])
        field.queryset, field.empty_label = papers.defer("body", "tsv").in_order(), "None"
        if not papers.exists():
            del self.fields["workpaper"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("recurrence") and not data.get("due_date") and "due_date" not in self.errors:
            self.add_error("due_date", "What repeats needs a due date.")
        if self._finishes(data):
            try:
                changes.refuse_blocked(self.instance)
            except TaskRefused as refused:
                self.add_error("status", str(refused))
        return data

    def _finishes(self, data: dict[str, Any]) -> bool:
        return (
            not self.instance._state.adding
            and data.get("status") == "done"
            and self.initial.get("status", "done") != "done"
        )

    def _post_clean(self) -> None:
        """When it was done stands with the status, which a check wants."""
        self.instance.status = self.cleaned_data.get("status", self.instance.status)
        changes.stamp(self.instance, by=self.member)
        super()._post_clean()

    def create(self, key: UUID | None = None) -> Task:
        return changes.add(self.project, by=self.member, pk=key, listed=self.cleaned_data["steps"], **self._values())

    def _values(self) -> dict[str, Any]:
        fields: Any = self._meta.fields
        return {name: self.cleaned_data[name] for name in fields if name in self.fields}

    @transaction.atomic
    def save(self, commit: bool = True) -> Task:
        if self.instance._state.adding:
            return self.create(self.cleaned_data.get("key"))
        places.lock(self.project.pk)
        task = self.instance
        if {"due_date", "recurrence"} & set(self.changed_data):
            changes.settle_recurrence(task)
        task.version += 1
        super().save(commit)
        changes.told(
            task, by=self.member, is_new_assignee="assigned_to" in self.changed_data,
            is_new_day="due_date" in self.changed_data,
        )  # fmt: skip
        if self._finishes({"status": task.status}):
            changes.after_done(task, by=self.member)
        return task


class PlanForm(TaskForm):
    """Who does it and by when: changed beside the board, without a page of its own."""

    class Meta(TaskForm.Meta):
        fields = ["assigned_to", "due_date"]

    mark_optional = False
    field_order = ("assigned_to", "due_date")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.instance.recurrence and not data.get("due_date") and "due_date" not in self.errors:
            self.add_error("due_date", "What repeats needs a due date.")
        return data


class MoveForm(forms.Form):
    """Where a card goes: the status and, where it was dropped, the card it now stands before, or that it comes last;
    `version` as shown."""

    to = forms.ChoiceField(choices=Task.Status.choices, error_messages={"required": "Choose a column."})
    version = forms.IntegerField()
    before = forms.UUIDField(required=False)
    last = forms.BooleanField(required=False)


class PlaceForm(forms.Form):
    """Where it comes among the tasks shown: right before one of them, or right after."""

    version = forms.IntegerField()
    before = forms.UUIDField(required=False)
    after = forms.UUIDField(required=False)


class DependencyForm(forms.Form):
    """Another task of the project that comes first."""

    blocker = forms.ModelChoiceField(
        Task.objects.none(), label="Waits for", empty_label="Choose a task",
        error_messages={"required": "Choose the task that comes first."},
    )  # fmt: skip

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        awaited = TaskDependency.objects.filter(task=task).values("blocker")
        others = Task.objects.filter(project=task.project_id).exclude(pk=task.pk).exclude(pk__in=awaited)
        field = cast("forms.ModelChoiceField", self.fields["blocker"])
        field.queryset = others.defer("tsv", "description").order_by("position", "id")
        field.label_from_instance = _named  # type: ignore[assignment]


def _named(task: Task) -> str:
    return f"{task.reference} {task.title[:80]}"


class SelectionForm(forms.Form):
    """The checked tasks, each as `<id>:<version>`: what the person saw when checking it."""

    selected = forms.MultipleChoiceField(error_messages={"required": "Check the tasks first."})

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        known = {str(pk) for pk in Task.objects.filter(project=project).values_list("pk", flat=True)}
        self.fields["selected"].valid_value = lambda value: value.partition(":")[0] in known  # type: ignore[attr-defined]

    def clean_selected(self) -> dict[UUID, int]:
        try:
            pairs = (value.split(":") for value in self.cleaned_data["selected"])
            return {UUID(pk): int(version) for pk, version in pairs}
        except ValueError as error:
            raise ValidationError("Reload the page and check the tasks again.") from error


class AssignTasksForm(SelectionForm):
    assigned_to = forms.ModelChoiceField(Membership.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["assigned_to"], assignable(self.project))


class DueTasksForm(SelectionForm):
    due_date = forms.DateField(error_messages={"required": "Choose the due date."})


class StatusTasksForm(SelectionForm):
    status = forms.ChoiceField(choices=Task.Status.choices, error_messages={"required": "Choose the status."})

from typing import Any, cast

from django import forms
from django.db.models import Q

from clients.forms.row_form import RowForm
from clients.models import Project
from look.forms import DateInput
from organizations.models import Membership
from workspaces.forms.durations import DurationField
from workspaces.models import Task, TimeEntry
from workspaces.models.time_entry import DAY_MINUTES


class TimeEntryForm(RowForm):
    """Time of one member. A task says which project it is; without one, the project is chosen."""

    noun = "entry"
    minutes = DurationField(label="Time", most=DAY_MINUTES, help_text="Such as 1:30, 1.5 or 90m.")

    class Meta:
        model = TimeEntry
        fields = ["project", "task", "day", "minutes", "note"]
        labels = {"note": "What was done"}
        widgets = {"day": DateInput}

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.member = member
        projects = Project.objects.visible_to(member)
        living = ~Q(status=Project.Status.DONE) | Q(pk=self.instance.project_id)
        project = cast("forms.ModelChoiceField", self.fields["project"])
        project.queryset, project.empty_label = projects.filter(living).order_by("name"), "Choose a project"
        task = cast("forms.ModelChoiceField", self.fields["task"])
        task.queryset, task.empty_label = self._tasks(projects, member), "No task"
        task.label_from_instance = _named  # type: ignore[assignment]

    def _tasks(self, projects: Any, member: Membership) -> Any:
        """Their own open tasks, those of the project the page is about, and the one that is chosen."""
        about = self.initial.get("project") or self.instance.project_id
        own = Q(assigned_to=member) & ~Q(status=Task.Status.DONE)
        tasks = Task.objects.filter(project__in=projects).filter(own | Q(project=about) | Q(pk=self.instance.task_id))
        return tasks.select_related("project").defer("tsv", "description").order_by("project__name", "position", "id")

    def clean_minutes(self) -> int:
        minutes: int = self.cleaned_data["minutes"]
        if not minutes:
            raise forms.ValidationError("Write how long it took.")
        return minutes

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        task, project = data.get("task"), data.get("project")
        if task and project and task.project_id != project.pk:
            self.add_error("task", f"{task.reference} belongs to {task.project.name}.")
        return data


def _named(task: Task) -> str:
    return f"{task.project.name}: {task.reference} {task.title[:70]}"

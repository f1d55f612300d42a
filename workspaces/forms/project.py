from typing import Any, cast

from django import forms
from django.db import transaction
from django.utils import timezone

from accounts.plain_text import validate_plain_text
from clients.forms.people import offer
from clients.forms.row_form import RowForm
from clients.models import Client, Project
from conversations.live.topics import publish
from look.forms import DateInput
from organizations.models import Membership
from workspaces.models import ProjectMember, ProjectSeries, ProjectTemplate
from workspaces.projects import templating
from workspaces.tasks.people import assignable


class ProjectForm(RowForm):
    """A project with its team, and whether it comes again; a new one may begin with a template's tasks."""

    noun = "project"
    name = forms.CharField(max_length=200, validators=[validate_plain_text])
    team = forms.ModelMultipleChoiceField(
        Membership.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    template = forms.ModelChoiceField(
        ProjectTemplate.objects.none(), label="Begin with the tasks of", required=False, empty_label="No template",
        help_text="Due dates count from the start date, or from today.",
    )  # fmt: skip
    every = forms.ChoiceField(
        label="Repeats", required=False, choices=[("", "Once"), *ProjectSeries.Every.choices],
        help_text="The next one is made when this one is done, or on the day its time begins, with its tasks at the same distance.",
    )  # fmt: skip

    class Meta:
        model = Project
        fields = ["name", "client", "description", "status", "lead", "start_date", "end_date", "budget_hours"]
        labels = {"start_date": "Start", "end_date": "Due", "budget_hours": "Budget, in hours"}
        widgets = {"description": forms.Textarea({"rows": 3}), "start_date": DateInput, "end_date": DateInput}
        help_texts = {
            "client": "Whoever may see the client sees the project, until it is restricted on its page “Access”."
        }

    field_order = (
        "name", "client", "template", "description", "status", "lead", "team", "start_date", "end_date", "budget_hours",
        "every",
    )  # fmt: skip

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self._offer_clients()
        people = assignable(self.instance, self.instance.lead_id)
        offer(self.fields["lead"], people, "Nobody yet")
        able = [*people.values_list("pk", flat=True), *self._team()]
        offer(self.fields["team"], Membership.objects.filter(pk__in=able).order_by("display_name", "id"))
        templates = ProjectTemplate.objects.order_by("name", "id")
        if self.instance._state.adding and templates.exists():
            cast("forms.ModelChoiceField", self.fields["template"]).queryset = templates
        else:
            del self.fields["template"]
        if not self.instance._state.adding:
            series = ProjectSeries.objects.filter(project=self.instance).first()
            self.initial.update({"team": self._team(), "every": series.every if series else ""})

    def _team(self) -> list[Any]:
        if self.instance._state.adding:
            return []
        return list(
            ProjectMember.objects.filter(project=self.instance).order_by("member").values_list("member", flat=True)
        )

    def _offer_clients(self) -> None:
        """A client that is chosen stays: its lists and papers belong to it."""
        if not self.instance._state.adding and self.instance.client_id:
            del self.fields["client"]
            return
        clients = Client.objects.visible_to(self.member).exclude(status=Client.Status.ARCHIVED).order_by("name")
        field = cast("forms.ModelChoiceField", self.fields["client"])
        field.queryset, field.empty_label = clients, "The firm itself"

    def stored(self) -> dict[str, Any]:
        return {**super().stored(), "team": self._team()}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        client = data.get("client") or self.instance.client
        if client is not None:
            self._refuse_strangers(Project(pk=self.instance.pk, client=client, access=self.instance.access), data)
        return data

    def _refuse_strangers(self, project: Project, data: dict[str, Any]) -> None:
        """The people on offer are those of the client stored; a new project's client is chosen with them."""
        able = set(assignable(project).values_list("pk", flat=True))
        now = {self.instance.lead_id, *self._team()}
        if (lead := data.get("lead")) and lead.pk not in able | now:
            self.add_error("lead", f"{lead} may not see this project.")
        if strangers := [str(person) for person in data.get("team") or [] if person.pk not in able | now]:
            self.add_error("team", f"{' and '.join(strangers)} may not see this project.")

    @transaction.atomic
    def save(self, commit: bool = True) -> Project:
        is_new = self.instance._state.adding
        project: Project = super().save(commit)
        self._keep_team(project)
        self._keep_series(project)
        if is_new and (template := self.cleaned_data.get("template")):
            templating.use(template, project, start=project.start_date or timezone.localdate(), by=self.member)
        publish("project", project.pk)
        return project

    def _keep_team(self, project: Project) -> None:
        wanted = {person.pk for person in self.cleaned_data["team"]}
        ProjectMember.objects.filter(project=project).exclude(member__in=wanted).delete()
        known = set(self._team())
        ProjectMember.objects.bulk_create(ProjectMember(project=project, member_id=pk) for pk in wanted - known)

    def _keep_series(self, project: Project) -> None:
        every = self.cleaned_data["every"]
        if not every:
            ProjectSeries.objects.filter(project=project, next_project=None).delete()
            return
        values = {"every": every} | ({"template": template} if (template := self.cleaned_data.get("template")) else {})
        ProjectSeries.objects.update_or_create(
            project=project, defaults=values, create_defaults=values | {"created_by": self.member}
        )

from typing import Any

from django import forms

from clients import project_access
from clients.client_access import viewers_of
from clients.models import Project
from organizations.models import Membership
from organizations.permissions import Permission


class NamingForm(forms.Form):
    """Somebody who sees the client, and not yet its restricted project."""

    member = forms.ModelChoiceField(
        label="Give access to", queryset=Membership.objects.none(), empty_label="Choose a member"
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="naming-%s", **kwargs)
        able = {member.pk for member in _could_see(project)}
        seeing = {member.pk for member in project_access.viewers(project, Permission.VIEW_PROJECTS)}
        people = Membership.objects.filter(pk__in=able - seeing).order_by("display_name", "id")
        self.fields["member"].queryset = people  # type: ignore[attr-defined]


def _could_see(project: Project) -> list[Membership]:
    walled = project_access.Facts.of(project).walls
    if project.client is not None:
        members = viewers_of(project.client, Permission.VIEW_PROJECTS)
    else:
        active = Membership.objects.active().with_roles()
        members = [member for member in active if member.can(Permission.VIEW_PROJECTS)]
    return [member for member in members if member.pk not in walled]

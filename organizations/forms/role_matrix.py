from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms

from organizations.models import CustomRole, Membership
from organizations.permissions import ROLE_PERMISSIONS, SENIORITY, Permission


class Cell(NamedTuple):
    """One permission of one role. `name` is empty where it can only be read."""

    allowed: bool
    name: str = ""


class BuiltInRole:
    """A column that is the same in every firm."""

    def __init__(self, name: str) -> None:
        self.granted = ROLE_PERMISSIONS[name]

    def cell(self, permission: Permission) -> Cell:
        return Cell(permission in self.granted)


class RoleCells(forms.Form):
    """What one of the firm's own roles allows, ticked in the matrix.

    It sends what was ticked as the page was drawn (`was`) and what is ticked now; the difference alone is kept, so two
    people who change one role at once do not undo each other's ticks. What the person may not do stays as it is.
    """

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    now = forms.MultipleChoiceField(required=False, choices=[])

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, role: CustomRole, holders: dict[int, str], member: Membership
    ) -> None:
        """`holders`: a number for each member who has the role, the same in every column, and their built-in role."""
        super().__init__(data, prefix=f"role-{role.pk}")
        self.role, self.holders = role, len(holders)
        self.fields["was"].widget.attrs["data-people"] = " ".join(str(number) for number in holders)
        manages = member.can(Permission.MANAGE_MEMBERS)
        as_senior = all(SENIORITY[member.role] >= SENIORITY[held_by] for held_by in holders.values())
        self.mine = [p for p in Permission if manages and as_senior and member.can(p)]
        self.fields["now"].choices = [(p.value, p.value) for p in self.mine]  # type: ignore[attr-defined]
        self.initial["was"] = " ".join(p.value for p in self.mine if p in role.granted)

    @property
    def is_editable(self) -> bool:
        return bool(self.mine)

    @property
    def ticked(self) -> set[str]:
        return set(self["now"].data or []) if self.is_bound else {p.value for p in self.role.granted}

    def cell(self, permission: Permission) -> Cell:
        if permission not in self.mine:
            return Cell(permission in self.role.granted)
        return Cell(permission.value in self.ticked, self.add_prefix("now"))

    def changes(self) -> tuple[set[Permission], set[Permission]]:
        """What was ticked, and what was unticked."""
        was, now = set(self.cleaned_data["was"].split()), set(self.cleaned_data["now"])
        return {Permission(word) for word in now - was}, {p for p in self.mine if p.value in was - now}

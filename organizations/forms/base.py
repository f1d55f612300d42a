"""Forms over tenant rows."""

from typing import Any

from django import forms


class TenantModelForm(forms.ModelForm):
    """A ModelForm whose uniqueness checks know the organization, which no form shows."""

    #: Fields no form shows that constraints speak of; a constraint with an excluded field would not be checked.
    constrained: tuple[str, ...] = ("organization", "deleted_at")

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - set(self.constrained)

    def save(self, commit: bool = True) -> Any:
        if (
            self.instance._state.adding
            and hasattr(self.instance, "created_by_id")
            and self.instance.created_by_id is None
        ):
            self.instance.created_by = getattr(self, "member", None)
        return super().save(commit)

from typing import Any

from django import forms
from django.db import IntegrityError, transaction

from organizations.forms.base import TenantModelForm
from organizations.models import CustomRole, Membership
from organizations.permissions import PERMISSION_GROUPS, PERMISSION_WORDS, Permission


def choices_of(member: Membership) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the member may do, and so may give: by the groups of the matrix."""
    return [
        (group, [(p.value, words) for p, words in rows if member.can(p)])
        for group, rows in PERMISSION_GROUPS
        if any(member.can(p) for p, _ in rows)
    ]


class RoleForm(TenantModelForm):
    """One of the firm's own roles. Only what the person may do themselves can be given; what a senior gave stays.

    `seen` is when the role was last changed as this form was drawn.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    permissions = forms.MultipleChoiceField(
        label="What it allows", required=False, choices=[], widget=forms.CheckboxSelectMultiple
    )
    is_stale = False

    class Meta:
        model = CustomRole
        fields = ["name", "description"]
        help_texts = {
            "name": "Such as Engagement senior.",
            "description": "When to give it, in a sentence.",
        }

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.kept = sorted(p.value for p in self.instance.granted if not member.can(p))
        self.fields["permissions"].choices = choices_of(member)  # type: ignore[attr-defined]
        if self.kept:
            words = "; ".join(PERMISSION_WORDS[Permission(value)] for value in self.kept)
            self.fields["permissions"].help_text = f"It also allows what you may not do yourself: {words}. That stays."
        if self.instance._state.adding:
            del self.fields["seen"]
        else:
            self.initial["permissions"] = self.instance.permissions
            self.initial["seen"] = self.instance.updated_at.isoformat()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "seen" in self.fields and data.get("seen") != self.initial["seen"]:
            self.is_stale = True
            self.add_error(None, "Somebody changed this role while you were writing. Save again to keep your version.")
            typed = self.data.copy()  # type: ignore[attr-defined]
            typed["seen"] = self.initial["seen"]
            self.data = typed
        return data

    @property
    def error_status(self) -> int:
        return 409 if self.is_stale else 422 if self.errors else 200

    def saved(self) -> bool:
        """Whether it was saved; somebody may have taken the name at this moment."""
        self.instance.permissions = sorted({*self.cleaned_data["permissions"], *self.kept})
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            self.add_error("name", "Another role has this name.")
            return False
        return True


class HeldRolesForm(forms.Form):
    mark_optional = False
    roles = forms.ModelMultipleChoiceField(
        label="The firm’s own roles",
        queryset=CustomRole.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].queryset = CustomRole.objects.order_by("name")  # type: ignore[attr-defined]
        self.initial["roles"] = [role.pk for role in member.custom_roles]


class OverridesForm(forms.Form):
    """One choice for each permission: as the roles say, allowed, or denied."""

    mark_optional = False

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for permission, words in PERMISSION_WORDS.items():
            says = "allowed" if member.has_from_roles(permission) else "not allowed"
            own = member.permissions.get(permission.value)
            self.fields[permission.value] = forms.ChoiceField(
                label=words,
                choices=[("", f"As the roles say: {says}"), ("allow", "Allow"), ("deny", "Deny")],
                required=False,
                initial="" if own is None else "allow" if own else "deny",
            )

    @property
    def overrides(self) -> dict[Permission, bool]:
        return {Permission(name): said == "allow" for name, said in self.cleaned_data.items() if said}

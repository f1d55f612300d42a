from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.plain_text import validate_plain_text
from clients.access_question import KINDS
from clients.models import Client, ClientAssignment, ClientWall
from organizations.models import Membership
from organizations.permissions import Permission


class StaffForm(forms.Form):
    member = forms.ModelChoiceField(
        label="Add to the team", queryset=Membership.objects.none(), empty_label="Choose a member"
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="staff-%s", **kwargs)
        able = [m.pk for m in Membership.objects.active().with_roles() if m.can(Permission.VIEW_CLIENTS)]
        walls = ClientWall.objects.filter(client=client)
        there = ClientAssignment.objects.filter(client=client).values("member")
        self.fields["member"].queryset = unwalled(walls).filter(pk__in=able).exclude(pk__in=there)  # type: ignore[attr-defined]


class WallForm(forms.Form):
    member = forms.ModelChoiceField(
        label="Keep away", queryset=Membership.objects.none(), empty_label="Choose a member"
    )
    reason = forms.CharField(
        max_length=500,
        validators=[validate_plain_text],
        help_text="Kept with the wall, such as: shareholder of the client.",
        error_messages={"required": "Say why. It is asked when somebody looks back."},
    )

    def __init__(self, *args: Any, walls: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="wall-%s", **kwargs)
        self.fields["member"].queryset = unwalled(walls)  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    member = forms.ModelChoiceField(queryset=Membership.objects.none(), empty_label="Choose a member")
    kind = forms.ChoiceField(
        label="What",
        required=False,
        choices=lambda: [(name, kind.label) for name, kind in KINDS.items()],
        initial="client",
    )
    words = forms.CharField(
        label="Which",
        max_length=200,
        help_text="A part of the name or title; for a client, a request, a task or a paper also its code.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = Membership.objects.order_by("display_name", "id")  # type: ignore[attr-defined]


def unwalled(walls: QuerySet[Any]) -> QuerySet[Membership]:
    """Everybody whom none of these walls keeps away."""
    return Membership.objects.exclude(pk__in=walls.values("member")).order_by("display_name", "id")

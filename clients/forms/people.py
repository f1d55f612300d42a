"""Choosing people: those who may be chosen, and whoever stands there already."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from clients.models import ClientContact
from organizations.models import Membership
from organizations.permissions import Permission


def offer(field: forms.Field, people: QuerySet[Any], nobody: str | None = None) -> None:
    """The field's choices. Somebody chosen earlier stays among them, by name and with what became of them."""
    field.queryset = people  # type: ignore[attr-defined]
    field.label_from_instance = _name  # type: ignore[attr-defined]
    if nobody is not None:
        field.empty_label = nobody  # type: ignore[attr-defined]


def _name(person: Membership | ClientContact) -> str:
    if person.deleted_at is not None:
        return f"{person} (removed)"
    if isinstance(person, Membership) and person.status != Membership.Status.ACTIVE:
        return f"{person} ({person.get_status_display().lower()})"
    return str(person)


def able_to_see_clients() -> QuerySet[Membership]:
    """Active members whose roles let them see clients, by name."""
    able = [m.pk for m in Membership.objects.active().with_roles() if m.can(Permission.VIEW_CLIENTS)]
    return Membership.objects.filter(pk__in=able).order_by("display_name", "id")

"""A form over one row that is safe to send twice, and to send after somebody else."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7

from billing import plan_permissions
from billing.entitlements import entitled
from organizations.forms.base import TenantModelForm


class RowForm(TenantModelForm):
    """`key` is the new row's id, made with the empty form: sending the same form twice makes one row.

    `seen` is the mark of what was stored as the form was drawn. Load the row with `locked()`, so that of two people who
    save at once the second is told.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    noun = "entry"
    #: The feature of the firm's plan of which a new row takes a place.
    plan_feature = ""
    #: Fields whose choice is only copied from.
    only_read: tuple[str, ...] = ()
    is_stale = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            del self.fields["seen"]
            self.initial.setdefault("key", uuid7())
        else:
            del self.fields["key"]
            self.initial["seen"] = self._mark()

    def stored(self) -> dict[str, Any]:
        """What the form is about, as it is stored. A contact's visit or a new request in a list is no such change."""
        return dict(self.initial)

    def _mark(self) -> str:
        stored = json.dumps(self.stored(), default=str, sort_keys=True)
        # Keyed, because what is stored may be a tax number, which a plain hash would let somebody guess.
        return salted_hmac(f"seen {self.instance.pk}", stored, algorithm="sha256").hexdigest()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "seen" in self.fields and data.get("seen") != self.initial["seen"]:
            self.is_stale = True
            self.add_error(None, self._stale_sentence())
        self._refuse_read_only(data)
        if self.takes_place(data) and (refusal := entitled(self.plan_feature, adding=1).reason):
            self.add_error(None, refusal)
        return data

    def _refuse_read_only(self, data: dict[str, Any]) -> None:
        """What the firm has beyond its plan cannot be chosen either: something would be added to it."""
        for name in data.keys() - {*self.only_read}:
            if refusal := plan_permissions.refusal_of(data[name]):
                self.add_error(name, refusal)

    def takes_place(self, data: dict[str, Any]) -> bool:
        return bool(self.plan_feature) and self.instance._state.adding

    def _stale_sentence(self) -> str:
        named = [name for name in self.changed_data if name in self.fields and name != "seen"]
        differs = ", ".join(str(self.fields[name].label or name) for name in named) or "nothing"
        return (
            f"Somebody changed this {self.noun} while you were writing. Yours differs in: {differs}. "
            "Save again to keep your version."
        )

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_stale:  # what was typed stays; sending it again is a decision
            typed = self.data.copy()  # type: ignore[attr-defined]
            typed["seen"] = self.initial["seen"]
            self.data = typed

    @property
    def error_status(self) -> int:
        return 409 if self.is_stale else 422 if self.errors else 200

    def made_before(self, rows: QuerySet[Any]) -> Any | None:
        """The row that an earlier press of the same button has made."""
        try:
            return rows.filter(pk=UUID(self.data.get("key", ""))).first() if self.is_bound else None
        except ValueError:
            return None

    def save_once(self, rows: QuerySet[Any]) -> Any | None:
        """The saved row, or the one another press made at this moment. None if somebody else took a value that must be
        unique meanwhile: then the form says so."""
        if key := self.cleaned_data.get("key"):
            self.instance.pk = key
        try:
            with transaction.atomic():
                return self.save()
        except IntegrityError:
            if made := self.made_before(rows):
                return made
        self._say_what_is_taken()
        return None

    def _say_what_is_taken(self) -> None:
        try:
            self.instance.validate_constraints(exclude=self._get_validation_exclusions())
        except ValidationError as taken:
            self.add_error(None, taken)
        if not self.errors:
            self.add_error(None, "Somebody saved the same at this moment. Look at it, then save again.")


def locked[Row: Model](rows: QuerySet[Row]) -> QuerySet[Row]:
    """For saving: whoever saves second waits here, and then sees what the first has stored.

    What the rows refer to is read when it is asked for: read with them, it would be as it was before the wait.
    """
    return rows.select_related(None).select_for_update(of=("self",))

"""How every form field is drawn. `FORM_RENDERER = "look.forms.Renderer"` is all a project needs."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

CHECKS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


class LookBoundField(BoundField):
    """Adds the class of its widget and ties the hint, or the error in its place, to the control."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if not widget.is_hidden:
            attrs["class"] = " ".join(self._classes(widget, attrs))
        return attrs

    def _classes(self, widget: forms.Widget, attrs: dict[str, Any]) -> list[str]:
        own = [attrs.get("class") or widget.attrs.get("class") or ""]
        invalid = ["is-invalid"] if self.errors else []
        return [name for name in [control_class(widget), *own, *invalid] if name]

    @property
    def aria_describedby(self) -> str | None:
        if self.is_hidden or not self.auto_id or self.field.widget.attrs.get("aria-describedby"):
            return None
        if self.errors:
            return self.error_id
        return self.hint_id if self.help_text else None

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error"

    @property
    def is_check(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_switch(self) -> bool:
        return self.is_check and self.field.widget.attrs.get("role") == "switch"

    @property
    def is_password(self) -> bool:
        return isinstance(self.field.widget, forms.PasswordInput)

    @property
    def before(self) -> str:
        return getattr(self.field.widget, "before", "")

    @property
    def is_marked_optional(self) -> bool:
        """Forms where nothing is required (filters) set `mark_optional = False`. A list always has one thing chosen,
        unless it offers nothing, too."""
        widget = self.field.widget
        always = isinstance(widget, forms.Select) and all(value for value, _ in widget.choices)
        return not (self.field.required or self.is_check or always) and getattr(self.form, "mark_optional", True)


def control_class(widget: forms.Widget) -> str:
    if isinstance(widget, Chips):
        return "form-selectgroup-input"
    if isinstance(widget, CHECKS):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class Renderer(TemplatesSetting):
    bound_field_class = LookBoundField


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class Switch(forms.CheckboxInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"role": "switch", **(attrs or {})})


class Chips(forms.CheckboxSelectMultiple):
    """A few short choices in a row, any of them at once."""

    template_name = "components/chips.html"


class PrefixedInput(forms.TextInput):
    """With words before it that belong to what is written, such as the first part of an address."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, before: str = "") -> None:
        super().__init__(attrs)
        self.before = before

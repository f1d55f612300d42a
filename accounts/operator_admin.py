"""How operators meet a table: they look, change the few columns named, and never add or delete. It is all on record."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html


def firm_link(organization_id: Any) -> str:
    """To the firm's page, by the start of its id: apps below the firms know no more of one."""
    if not organization_id:
        return ""
    at = f"/admin/organizations/organization/{organization_id}/change/"
    return format_html('<a href="{}">{}…</a>', at, str(organization_id)[:13])


class OperatorAdmin(admin.ModelAdmin):
    """`fields` says what is shown, `editable` which of them may be changed."""

    editable: tuple[str, ...] = ()
    actions: Any = None
    show_full_result_count = False
    view_on_site = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editable) and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [str(name) for name in self.get_fields(request, obj) if name not in self.editable]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Only what was changed: the grants of this role name single columns."""
        if form.changed_data:
            obj.save(update_fields=form.changed_data)

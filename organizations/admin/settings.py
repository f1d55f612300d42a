"""The switches of the whole installation."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from accounts.operator_admin import OperatorAdmin
from audit.log import record_platform
from organizations import platform_settings
from organizations.forms.platform import SETTING_FORMS
from organizations.models import PlatformSetting


@admin.register(PlatformSetting)
class PlatformSettingAdmin(OperatorAdmin):
    """The known switches, each with a form of its own; the rows come with the migrations."""

    list_display = ("key", "description", "value", "updated_at")
    editable = ("value", "text", "level", "until")
    records_itself = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[PlatformSetting]:
        return super().get_queryset(request).filter(key__in=SETTING_FORMS)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return SETTING_FORMS[obj.key] if obj else super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: PlatformSetting | None = None) -> list[Any]:
        return ["key", "description", *(SETTING_FORMS[obj.key].base_fields if obj else ()), "updated_at"]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        before = PlatformSetting.objects.values_list("value", flat=True).get(pk=obj.pk)
        obj.updated_at = timezone.now()
        obj.save(update_fields=["value", "updated_at"])
        platform_settings.changed()
        record_platform("update", "platform_settings", key=obj.key, value=obj.value, before=before)

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from marketing.models import CmsMedia
from marketing.pictures import Picture, read_picture
from marketing.renditions import make_renditions


class CmsMediaForm(forms.ModelForm):
    file = forms.FileField(help_text="JPEG, PNG or WebP, up to 2 MB. A new picture gets a new address.")

    class Meta:
        model = CmsMedia
        fields = ["name", "alt"]

    def clean_file(self) -> Picture:
        return read_picture(self.cleaned_data["file"])

    def save(self, commit: bool = True) -> Any:
        if picture := self.cleaned_data.get("file"):
            for name, value in vars(picture).items():
                setattr(self.instance, name, value)
        return super().save(commit)


class CmsMediaTextForm(forms.ModelForm):
    class Meta:
        model = CmsMedia
        fields = ["name", "alt"]


@admin.register(CmsMedia)
class CmsMediaAdmin(admin.ModelAdmin):
    list_display = ["name", "alt", "content_type", "width", "height"]
    search_fields = ["name", "alt"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # The bytes stay what they were: browsers keep them for a year.
        return super().get_form(request, obj, change, **{"form": CmsMediaTextForm if obj else CmsMediaForm, **kwargs})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["picture", "sizes", "in_a_text"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("content")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            make_renditions(obj)

    def picture(self, media: CmsMedia) -> str:
        smallest = media.renditions.defer("content").first()
        address = (smallest or media).get_absolute_url()
        return format_html('<img src="{}" alt="{}" width="240">', address, media.alt)

    def sizes(self, media: CmsMedia) -> str:
        made = [str(rendition) for rendition in media.renditions.defer("content")]
        return ", ".join([*made, f"{media.width} × {media.height}"])

    @admin.display(description="In a text")
    def in_a_text(self, media: CmsMedia) -> str:
        return f"![{media.alt}]({media.get_absolute_url()})"

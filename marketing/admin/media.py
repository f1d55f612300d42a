import base64
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from marketing.frame import absolute
from marketing.models import CmsMedia
from marketing.pictures import Picture, read_picture
from marketing.pictures_in_text import texts_with
from marketing.renditions import CONTENT_TYPE, make_renditions


class CmsMediaForm(forms.ModelForm):
    file = forms.FileField(
        help_text="JPEG, PNG or WebP, up to 2 MB. Where and when it was taken is not kept. A new picture gets a new address."
    )

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

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Django knows whose cover a picture is; that it stands between the words of a text, only we do."""
        *found, protected = super().get_deleted_objects(objs, request)
        return *found, [*protected, *texts_with(objs)]

    def picture(self, media: CmsMedia) -> str:
        """Itself, not its address: the site may be another process under another name."""
        smallest = media.renditions.defer(None).first()
        kind = CONTENT_TYPE if smallest else media.content_type
        content = base64.b64encode(bytes((smallest or media).content)).decode()
        return format_html('<img src="data:{};base64,{}" alt="{}" width="240">', kind, content, media.alt)

    def sizes(self, media: CmsMedia) -> str:
        made = [str(rendition) for rendition in media.renditions.all()]
        return ", ".join([*made, f"{media.width} × {media.height}"])

    def view_on_site(self, media: CmsMedia) -> str:
        return absolute(media.get_absolute_url())

    @admin.display(description="In a text")
    def in_a_text(self, media: CmsMedia) -> str:
        return f"![{media.alt}]({media.get_absolute_url()})"

"""Operators edit the site in Django's admin; the router leads these models to the marketing database."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from marketing.models import BlogPost, CmsMedia, CmsPage, Testimonial
from marketing.pictures import Picture, read_picture


class PublishableAdmin(admin.ModelAdmin):
    list_filter = ["status"]
    readonly_fields = ["created_at", "updated_at"]


class PageAdmin(PublishableAdmin):
    def view_on_site(self, text: Any) -> str | None:
        return text.get_absolute_url() if text.status == text.Status.PUBLISHED else None


@admin.register(BlogPost)
class BlogPostAdmin(PageAdmin):
    list_display = ["title", "topic", "author_name", "status", "published_at"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("cover").defer("cover__content")


@admin.register(CmsPage)
class CmsPageAdmin(PageAdmin):
    list_display = ["title", "slug", "status", "published_at"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(Testimonial)
class TestimonialAdmin(PublishableAdmin):
    list_display = ["person_name", "firm_name", "position", "status"]
    search_fields = ["person_name", "firm_name", "quote"]


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

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("content")

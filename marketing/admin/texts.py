"""Texts: drafts, a first look by a link, a date to come, every version kept and any of them brought back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from marketing.markdown import pictures_without_words
from marketing.models import BlogAuthor, BlogPost, CaseStudy, CmsPage, Testimonial, TextRevision
from marketing.texts import keep_old_address, keep_revision, kind_of, preview_address, restore


class TextForm(forms.ModelForm):
    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        if found := pictures_without_words(body):
            raise ValidationError(f"A picture has no description: write one between the brackets of ![]({found[0]}).")
        return body


class TextAdmin(admin.ModelAdmin):
    list_filter = ["status"]
    readonly_fields = ["shown", "preview", "created_at", "updated_at"]
    change_form_template = "admin/marketing/text/change_form.html"

    @admin.display(description="Visitors see it")
    def shown(self, text: Any) -> str:
        if text.status != text.Status.PUBLISHED or text.published_at is None:
            return "No: it is a draft"
        when = f"{text.published_at:%-d %B %Y, %H:%M} UTC"
        now = timezone.now()
        return f"Since {when}" if text.published_at <= now else f"From {when}; it is {now:%H:%M} UTC now"

    def preview(self, text: Any) -> str:
        if text._state.adding:
            return "Save first: the link shows what is saved."
        link = preview_address(text)
        return format_html('<a href="{}">{}</a><br>Works for seven days, for whoever has it.', link, link)

    def view_on_site(self, text: Any) -> str | None:
        visible = text.status == text.Status.PUBLISHED and text.published_at <= timezone.now()
        return text.get_absolute_url() if visible and hasattr(text, "get_absolute_url") else None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = form.initial.get("slug", "") if change else ""
        super().save_model(request, obj, form, change)
        keep_old_address(obj, before)
        keep_revision(obj, editor=request.user.email)  # type: ignore[union-attr]

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("<uuid:text_id>/revisions/", view(self.revisions_view), name=f"{name}_revisions"),
            path("<uuid:text_id>/revisions/<int:number>/", view(self.revision_view), name=f"{name}_revision"),
        ]
        return own + super().get_urls()

    def revisions_view(self, request: HttpRequest, text_id: Any) -> HttpResponse:
        text = self._text(request, text_id)
        found = TextRevision.objects.filter(kind=kind_of(text), text_id=text.pk).defer("values")
        page = Paginator(found, 50).get_page(request.GET.get("page"))
        return self._page(request, text, "revisions", title=f"Revisions of {text}", revisions=page)

    def revision_view(self, request: HttpRequest, text_id: Any, number: int) -> HttpResponse:
        """GET shows the version beside today's, POST brings it back."""
        text = self._text(request, text_id)
        revision = get_object_or_404(TextRevision, kind=kind_of(text), text_id=text.pk, number=number)
        if request.method != "POST":
            rows = [
                {"name": name.replace("_", " "), "then": value, "now": getattr(text, name, "")}
                for name, value in revision.values.items()
            ]
            return self._page(request, text, "revision", title=f"{revision} of {text}", revision=revision, rows=rows)
        try:
            restore(text, revision, editor=request.user.email)  # type: ignore[union-attr]
        except ValidationError as error:
            messages.error(request, f"It cannot be brought back: {' '.join(error.messages)}")
        else:
            self.log_change(request, text, f"Brought back revision {number}.")
            messages.success(request, f"The words of revision {number} are back.")
        return redirect(reverse(f"admin:marketing_{self.opts.model_name}_change", args=[text.pk]))

    def _text(self, request: HttpRequest, text_id: Any) -> Any:
        text = get_object_or_404(self.model, pk=text_id)
        if not self.has_change_permission(request, text):
            raise PermissionDenied
        return text

    def _page(self, request: HttpRequest, text: Any, template: str, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "text": text, **context}
        return render(request, f"admin/marketing/text/{template}.html", shared)


@admin.register(BlogPost)
class BlogPostAdmin(TextAdmin):
    form = TextForm
    list_display = ["title", "topic", "author_name", "status", "published_at"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("cover").defer("cover__content")


@admin.register(CaseStudy)
class CaseStudyAdmin(TextAdmin):
    form = TextForm
    list_display = ["title", "firm_name", "status", "published_at"]
    search_fields = ["title", "summary", "body", "firm_name"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(CmsPage)
class CmsPageAdmin(TextAdmin):
    form = TextForm
    list_display = ["title", "slug", "status", "published_at"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(Testimonial)
class TestimonialAdmin(TextAdmin):
    list_display = ["person_name", "firm_name", "position", "status"]
    search_fields = ["person_name", "firm_name", "quote"]


@admin.register(BlogAuthor)
class BlogAuthorAdmin(admin.ModelAdmin):
    list_display = ["name", "role"]
    search_fields = ["name"]

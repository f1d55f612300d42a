"""Texts: drafts, a first look by a link, a date to come, every version kept and any of them brought back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from marketing import first_pages, previews
from marketing.frame import absolute
from marketing.markdown import pictures_without_words
from marketing.models import BlogAuthor, BlogPost, CaseStudy, CmsPage, Testimonial, TextRevision
from marketing.texts import keep_old_address, keep_revision, kind_of, rename_author, restore


def described(text: str) -> str:
    if found := pictures_without_words(text):
        raise ValidationError(f"A picture has no description: write one between the brackets of ![]({found[0]}).")
    return text


class TextForm(forms.ModelForm):
    def clean_body(self) -> str:
        return described(self.cleaned_data["body"])


class AuthorForm(forms.ModelForm):
    def clean_about(self) -> str:
        return described(self.cleaned_data["about"])


class TextAdmin(admin.ModelAdmin):
    list_filter = ["status"]
    readonly_fields = ["shown", "preview", "created_at", "updated_at"]
    change_form_template = "admin/marketing/text/change_form.html"

    @admin.display(description="Visitors see it")
    def shown(self, text: Any) -> str:
        text = self._saved(text)
        if text.status != text.Status.PUBLISHED or text.published_at is None:
            return "No: it is a draft"
        when = f"{text.published_at:%-d %B %Y, %H:%M} UTC"
        now = timezone.now()
        return f"Since {when}" if text.published_at <= now else f"From {when}; it is {now:%H:%M} UTC now"

    @admin.display(description="Published at (UTC)", ordering="published_at")
    def since(self, text: Any) -> Any:
        return text.published_at

    def preview(self, text: Any) -> str:
        if text._state.adding:
            return "Save first: a link shows what is saved."
        links = reverse(f"admin:marketing_{self.opts.model_name}_previews", args=[text.pk])
        count = previews.links_of(text).filter(ends_at__gt=timezone.now()).count()
        return format_html('<a href="{}">Show, make or end links</a> ({} work now)', links, count or "none")

    def view_on_site(self, text: Any) -> str | None:
        text = self._saved(text)
        visible = text.status == text.Status.PUBLISHED and text.published_at <= timezone.now()
        return absolute(text.get_absolute_url()) if visible and hasattr(text, "get_absolute_url") else None

    def _saved(self, text: Any) -> Any:
        """As visitors have it: what a form with mistakes brings stands in the text already, and is not kept."""
        return self.model._default_manager.filter(pk=text.pk).first() or self.model()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = form.initial.get("slug", "") if change else ""
        if change:  # a program may have written what is replaced now
            keep_revision(type(obj)._base_manager.get(pk=obj.pk), editor="")
        super().save_model(request, obj, form, change)
        if obj.status == obj.Status.DRAFT and "published_at" in form.changed_data and form.cleaned_data["published_at"]:
            messages.warning(
                request, "A draft has no date: it was not kept. To have the text come then, choose Published."
            )
        keep_old_address(obj, before)
        keep_revision(obj, editor=request.user.email)  # type: ignore[union-attr]

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("<uuid:text_id>/revisions/", view(self.revisions_view), name=f"{name}_revisions"),
            path("<uuid:text_id>/revisions/<int:number>/", view(self.revision_view), name=f"{name}_revision"),
            path("<uuid:text_id>/previews/", view(self.previews_view), name=f"{name}_previews"),
            path(
                "<uuid:text_id>/previews/<uuid:link_id>/end/", view(self.preview_end_view), name=f"{name}_preview_end"
            ),
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

    def previews_view(self, request: HttpRequest, text_id: Any) -> HttpResponse:
        """GET lists the links that show the text to somebody outside, POST makes one."""
        text = self._text(request, text_id)
        if request.method == "POST":
            link = previews.make_link(text, by=request.user.email)  # type: ignore[union-attr]
            self.log_change(request, text, f"Made a preview link that works until {link.ends_at:%Y-%m-%d %H:%M} UTC.")
            return redirect(request.path)
        page = Paginator(previews.links_of(text), 50).get_page(request.GET.get("page"))
        links = [(link, previews.address(link) if link.works else "") for link in page]
        return self._page(request, text, "previews", title=f"Preview links of {text}", page=page, links=links)

    def preview_end_view(self, request: HttpRequest, text_id: Any, link_id: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        text = self._text(request, text_id)
        previews.end(get_object_or_404(previews.links_of(text), pk=link_id))
        self.log_change(request, text, "Ended a preview link.")
        messages.success(request, "The link no longer works.")
        return redirect(reverse(f"admin:marketing_{self.opts.model_name}_previews", args=[text.pk]))

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
    list_display = ["title", "topic", "author_name", "status", "since"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("cover").defer("cover__content")


@admin.register(CaseStudy)
class CaseStudyAdmin(TextAdmin):
    form = TextForm
    list_display = ["title", "firm_name", "status", "since"]
    search_fields = ["title", "summary", "body", "firm_name"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(CmsPage)
class CmsPageAdmin(TextAdmin):
    form = TextForm
    list_display = ["title", "slug", "status", "since"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}
    change_list_template = "admin/marketing/cmspage/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        drafts = self.admin_site.admin_view(self.drafts_view)
        return [path("drafts/", drafts, name="marketing_cmspage_drafts"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"missing": first_pages.missing(), **(extra_context or {})})

    def drafts_view(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        for page in first_pages.add_drafts():
            self.log_change(request, page, "Written as a draft, with blanks to fill in.")
        messages.success(request, "The drafts are there. Fill in what is between double brackets, then publish them.")
        return redirect("admin:marketing_cmspage_changelist")


@admin.register(Testimonial)
class TestimonialAdmin(TextAdmin):
    list_display = ["person_name", "firm_name", "position", "status"]
    search_fields = ["person_name", "firm_name", "quote"]


@admin.register(BlogAuthor)
class BlogAuthorAdmin(admin.ModelAdmin):
    form = AuthorForm
    list_display = ["name", "role"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: BlogAuthor, form: Any, change: bool) -> None:
        """Another name is another address; the posts go along, and who follows the old address is led to the new one."""
        before = BlogAuthor.objects.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        keep_old_address(obj, before.slug if before else "")
        if before and before.name != obj.name:
            rename_author(before.name, obj.name, editor=request.user.email)  # type: ignore[union-attr]

    def view_on_site(self, author: BlogAuthor) -> str:
        return absolute(author.get_absolute_url())

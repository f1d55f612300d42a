"""What stands around every page of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from marketing.models import CmsPage
from marketing.models.cms_page import HOME
from marketing.outage import Unreachable, database


def absolute(path: str) -> str:
    """Never from the Host header: these addresses end up in caches, feeds and search engines."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def draw(
    request: HttpRequest, template: str, *, title: str, description: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    words = {"title": title, "description": description, "canonical": absolute(request.path), "og_type": "website"}
    return render(request, template, {**frame(request.path), **words, **context}, status=status)


def frame(path: str) -> dict[str, Any]:
    sign_in, sign_up = reverse("account_login"), reverse("account_signup")
    blog = reverse("blog_post_list")
    nav = [
        {"label": "Product", "url": reverse("home"), "is_current": path == reverse("home")},
        {"label": "Blog", "url": blog, "is_current": path.startswith(blog)},
    ]
    product = [
        {"label": "Product", "url": reverse("home")},
        {"label": "Create your firm", "url": sign_up},
        {"label": "Sign in", "url": sign_in},
    ]
    reading = [{"label": "Blog", "url": blog}, {"label": "Feed", "url": reverse("blog_feed")}]
    pages = [{"label": page.title, "url": page.get_absolute_url()} for page in footer_pages()]
    return {
        "site_nav": nav,
        "site_foot": [{"label": "Tickmark", "items": product}, {"label": "Read", "items": reading + pages}],
        "sign_in_url": sign_in,
        "sign_up_url": sign_up,
    }


def footer_pages() -> list[CmsPage]:
    try:
        with database():
            return list(CmsPage.objects.published().exclude(slug=HOME).only("slug", "title"))
    except Unreachable:
        return []

"""What stands around every page of the site."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from marketing.models import CmsPage
from marketing.outage import Unreachable, database
from marketing.words import HOW, LETTER, OFFER, OWN_PAGES

#: The languages each page is there in; a second one adds its addresses here.
LANGUAGES = ("en-GB", "x-default")
#: Whoever reads JSON in a page of HTML must not meet the end of its element.
SAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(path: str) -> str:
    """Never from the Host header: these addresses end up in caches, feeds and search engines."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def of_application(name: str) -> str:
    """An address of the application, which in production has a host of its own."""
    path = reverse(name)
    return path if settings.SITE_URL == settings.PUBLIC_URL else f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def draw(
    request: HttpRequest, template: str, *, title: str, description: str = "", alone: bool = False, status: int = 200,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """`alone`: without what the database would add to the foot of the page."""
    words = {"title": title, "description": description, "canonical": absolute(request.path), "og_type": "website"}
    context = {**frame(request.path, [] if alone else footer_pages()), **words, **context}
    if context["canonical"]:
        context["alternates"] = [{"language": language, "url": context["canonical"]} for language in LANGUAGES]
        context["og_image"] = og_address(context.get("og_kind", "page"), context.get("og_slug", "home"), title)
        context["structured"] = structured(context)
    return render(request, template, context, status=status)


def og_address(kind: str, slug: str, title: str) -> str:
    """Another title is another address: other sites keep the picture for as long as they like."""
    version = hashlib.sha256(title.encode()).hexdigest()[:8]
    return absolute(reverse("og_image", kwargs={"kind": kind, "slug": slug})) + f"?v={version}"


def structured(context: dict[str, Any]) -> SafeString:
    """The page for search engines, as schema.org has it."""
    default = {"@type": "WebPage", "name": context["title"], "description": context["description"]}
    what = {"url": context["canonical"], "image": context["og_image"], **(context.get("schema") or default)}
    return mark_safe(json.dumps({"@context": "https://schema.org", **what}).translate(SAFE))  # noqa: S308 (no sign in it ends the element)


def frame(path: str, pages: list[CmsPage]) -> dict[str, Any]:
    main = [
        ("Features", "features"),
        ("Pricing", "pricing"),
        ("Case studies", "case_study_list"),
        ("Blog", "blog_post_list"),
    ]
    nav = [{"label": label, "url": reverse(name), "is_current": path.startswith(reverse(name))} for label, name in main]
    sign_in, sign_up = of_application("account_login"), of_application("account_signup")
    product = [{"label": "Overview", "url": reverse("home")}, *nav[:3], {"label": "Create your firm", "url": sign_up}]
    letter, feed = reverse("newsletter_signup"), reverse("blog_feed")
    reading = [nav[3], {"label": "Newsletter", "url": letter}, {"label": "Feed", "url": feed}]
    company = [{"label": page.title, "url": page.get_absolute_url()} for page in pages]
    return {
        "site_nav": nav,
        "site_foot": [
            {"label": "Product", "items": product},
            {"label": "Read", "items": reading},
            {"label": "Company", "items": [*company, {"label": "Contact", "url": reverse("contact")}]},
        ],
        "sign_in_url": sign_in,
        "sign_up_url": sign_up,
        "newsletter_url": letter,
        "newsletter": {"letter": LETTER, "offer": OFFER, "how": HOW},
    }


def footer_pages() -> list[CmsPage]:
    try:
        with database():
            return list(CmsPage.objects.published().exclude(slug__in=OWN_PAGES).only("slug", "title"))
    except Unreachable:
        return []

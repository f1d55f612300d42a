from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import CharField, Func
from django.urls import reverse

from marketing.models import BlogAuthor, BlogPost, CaseStudy, CmsPage
from marketing.words import OWN_PAGES


class OnThisSite(Sitemap):
    """Addresses as the world knows them, not as this request's Host header has it."""

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class FixedPages(OnThisSite):
    def items(self) -> list[str]:
        return ["home", "features", "pricing", "blog_post_list", "case_study_list", "contact"]

    def location(self, item: str) -> str:
        return reverse(item)


class Posts(OnThisSite):
    def items(self) -> Any:
        return BlogPost.objects.published().only("slug", "updated_at")

    def lastmod(self, item: BlogPost) -> datetime:
        return item.updated_at


class CaseStudies(Posts):
    def items(self) -> Any:
        return CaseStudy.objects.published().only("slug", "updated_at")


class Pages(Posts):
    def items(self) -> Any:
        return CmsPage.objects.published().exclude(slug__in=OWN_PAGES).only("slug", "updated_at")


class Authors(Posts):
    def items(self) -> Any:
        return BlogAuthor.objects.only("slug", "updated_at")


class Tags(OnThisSite):
    def items(self) -> list[str]:
        tags = Func("tags", function="unnest", output_field=CharField())
        return sorted(set(BlogPost.objects.published().order_by().values_list(tags, flat=True)))

    def location(self, item: str) -> str:
        return reverse("blog_tag", args=[item])


SITEMAPS: dict[str, type[Sitemap] | Sitemap] = {
    "fixed": FixedPages,
    "posts": Posts,
    "authors": Authors,
    "tags": Tags,
    "case studies": CaseStudies,
    "pages": Pages,
}

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketing.frame import draw
from marketing.models import BlogPost, CaseStudy, CmsPage, Testimonial
from marketing.models.cms_page import FEATURES, HOME, PRICING
from marketing.previews import link_of, text_of
from marketing.public_page import needs_database
from marketing.views.blog_post import blog_post_page
from marketing.views.case_study import case_study_page
from marketing.views.cms_page import cms_page_page
from marketing.views.features import features_page
from marketing.views.home import home_page
from marketing.views.newsletter import message
from marketing.views.pricing import pricing_page


def testimonial_page(request: HttpRequest, said: Testimonial) -> HttpResponse:
    return draw(request, "marketing/testimonial.html", title="What firms say", said=said)


def page_of(request: HttpRequest, page: CmsPage) -> HttpResponse:
    """Words of a page that is built in are shown there."""
    return BUILT_IN.get(page.slug, cms_page_page)(request, page)


BUILT_IN: dict[str, Callable[[HttpRequest, CmsPage], HttpResponse]] = {
    HOME: home_page,
    FEATURES: features_page,
    PRICING: pricing_page,
}
PAGES: dict[type, Callable[[HttpRequest, Any], HttpResponse]] = {
    BlogPost: blog_post_page,
    CaseStudy: case_study_page,
    CmsPage: page_of,
    Testimonial: testimonial_page,
}


@needs_database
@login_not_required
@never_cache
@require_safe
def text_preview(request: Any, token: str) -> HttpResponse:
    """Whoever has the link sees the text as it is saved now; no cache and no search engine keeps it."""
    link = link_of(token)
    text = text_of(link) if link else None
    if link is None or text is None:
        return message(
            request, "This preview has ended", "A link works for a week, or until whoever made it ends it. Ask for a new one.",
            status=410,
        )  # fmt: skip
    request.preview_of, request.preview_ends_at = text, link.ends_at
    response = PAGES[type(text)](request, text)
    response["X-Robots-Tag"] = "noindex"
    return response

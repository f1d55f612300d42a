from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketing.frame import draw
from marketing.models import BlogPost, CaseStudy, CmsPage, Testimonial
from marketing.public_page import needs_database
from marketing.texts import text_of_preview
from marketing.views.blog_post import blog_post_page
from marketing.views.case_study import case_study_page
from marketing.views.cms_page import cms_page_page
from marketing.views.newsletter import message


def testimonial_page(request: HttpRequest, said: Testimonial) -> HttpResponse:
    return draw(request, "marketing/testimonial.html", title="What firms say", said=said)


PAGES: dict[type, Callable[[HttpRequest, Any], HttpResponse]] = {
    BlogPost: blog_post_page,
    CaseStudy: case_study_page,
    CmsPage: cms_page_page,
    Testimonial: testimonial_page,
}


@needs_database
@login_not_required
@never_cache
@require_safe
def text_preview(request: Any, token: str) -> HttpResponse:
    """Whoever has the link sees the text as it is saved now, for seven days; no cache and no search engine keeps it."""
    text = text_of_preview(token)
    if text is None:
        return message(request, "This preview has ended", "A link works for seven days. Ask for a new one.", status=410)
    request.preview_of = text
    response = PAGES[type(text)](request, text)
    response["X-Robots-Tag"] = "noindex"
    return response

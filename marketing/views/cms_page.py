from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from marketing.frame import draw
from marketing.models import CmsPage
from marketing.pictures_in_text import drawn
from marketing.public_page import needs_database, public_page
from marketing.texts import moved
from marketing.words import OWN_PAGES


@needs_database
@public_page()
def cms_page_detail(request: HttpRequest, slug: str) -> HttpResponse:
    if slug in OWN_PAGES:
        return redirect(slug, permanent=True)
    page = CmsPage.objects.published().filter(slug=slug).first()
    return cms_page_page(request, page) if page else moved(CmsPage.objects.published(), slug)


def cms_page_page(request: HttpRequest, page: CmsPage) -> HttpResponse:
    return draw(
        request,
        "marketing/cms_page/detail.html",
        title=page.title,
        description=page.summary,
        og_kind="page",
        og_slug=page.slug,
        page=page,
        body=drawn(page.body),
    )

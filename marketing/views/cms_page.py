from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from marketing.frame import draw
from marketing.markdown import to_html
from marketing.models import CmsPage
from marketing.models.cms_page import HOME
from marketing.public_page import needs_database, public_page


@needs_database
@public_page()
def cms_page_detail(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(CmsPage.objects.published().exclude(slug=HOME), slug=slug)
    return draw(
        request,
        "marketing/cms_page/detail.html",
        title=page.title,
        description=page.summary,
        page=page,
        body=to_html(page.body),
    )

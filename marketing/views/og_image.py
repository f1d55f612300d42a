from django.http import Http404, HttpRequest, HttpResponse

from marketing.models import BlogPost, CaseStudy, CmsPage
from marketing.models.publishing import Publishable
from marketing.og_images import draw_card
from marketing.public_page import needs_database, public_page
from marketing.words import BLOG_TITLE, CONTACT_TITLE, LIST_TITLE, OWN_PAGES, words_of

KINDS: dict[str, type[Publishable]] = {"blog": BlogPost, "case": CaseStudy, "page": CmsPage}
LABELS = {"blog": "Month-end notes", "case": "Case study", "page": ""}
#: Pages no text stands behind.
LISTS = {"blog": BLOG_TITLE, "case-studies": LIST_TITLE, "contact": CONTACT_TITLE}
A_DAY = 86_400


@needs_database
@public_page(max_age=A_DAY, counted=False)
def og_image(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The picture that other sites show beside a link to a page."""
    if kind not in KINDS:
        raise Http404("No such kind of page.")
    if kind == "page" and slug in LISTS:
        return HttpResponse(draw_card(LISTS[slug], ""), content_type="image/png")
    text = KINDS[kind]._default_manager.published().filter(slug=slug).first()
    if text is None and not (kind == "page" and slug in OWN_PAGES):
        raise Http404("No such text.")
    words = text or words_of(slug)
    return HttpResponse(draw_card(words.title, LABELS[kind]), content_type="image/png")

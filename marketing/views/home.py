from django.http import HttpRequest, HttpResponse

from marketing.frame import absolute, draw
from marketing.models import BlogPost, CaseStudy, CmsPage, PlanOffer, Testimonial
from marketing.models.cms_page import HOME
from marketing.offers import tried
from marketing.outage import Unreachable, database
from marketing.public_page import public_page
from marketing.words import body_of, built_in, words_of

LATEST = 3


@public_page(stands_alone=True)
def home(request: HttpRequest) -> HttpResponse:
    return home_page(request)


def home_page(request: HttpRequest, given: CmsPage | None = None) -> HttpResponse:
    """Answers without its database too, with the words it was built with."""
    words, posts, testimonials, study, trial = built_in(HOME), [], [], None, None
    try:
        with database():
            words = given or words_of(HOME)
            posts = list(BlogPost.objects.published().defer("body")[:LATEST])
            testimonials = list(Testimonial.objects.published()[:LATEST])
            study = CaseStudy.objects.published().defer("body").first()
            trial = tried(list(PlanOffer.objects.all()))
    except Unreachable:
        pass
    return draw(
        request,
        "marketing/home.html",
        title=words.title,
        description=words.summary,
        words=words,
        body=body_of(words),
        og_kind="page",
        og_slug=HOME,
        posts=posts,
        testimonials=testimonials,
        study=study,
        trial=trial,
        schema={"@type": "Organization", "name": "Tickmark", "url": absolute("/")},
    )

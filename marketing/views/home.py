from django.http import HttpRequest, HttpResponse

from marketing.frame import draw
from marketing.markdown import to_html
from marketing.models import BlogPost, CmsPage, Testimonial
from marketing.models.cms_page import HOME
from marketing.outage import Unreachable, database
from marketing.public_page import public_page
from marketing.seeds import HOME_WORDS

LATEST = 3


@public_page()
def home(request: HttpRequest) -> HttpResponse:
    """Answers without its database too, with the words it was built with."""
    words, posts, testimonials = CmsPage(**HOME_WORDS), [], []
    try:
        with database():
            words = CmsPage.objects.published().filter(slug=HOME).first() or words
            posts = list(BlogPost.objects.published().defer("body")[:LATEST])
            testimonials = list(Testimonial.objects.published()[:LATEST])
    except Unreachable:
        pass
    return draw(
        request,
        "marketing/home.html",
        title=words.title,
        description=words.summary,
        words=words,
        body=to_html(words.body),
        posts=posts,
        testimonials=testimonials,
    )

from django.http import HttpRequest, HttpResponse

from marketing.frame import draw
from marketing.models import CmsPage
from marketing.outage import Unreachable, database
from marketing.public_page import public_page
from marketing.words import FEATURES, body_of, built_in, words_of


@public_page(stands_alone=True)
def features(request: HttpRequest) -> HttpResponse:
    return features_page(request)


def features_page(request: HttpRequest, given: CmsPage | None = None) -> HttpResponse:
    """Answers without its database too."""
    words = built_in(FEATURES)
    try:
        with database():
            words = given or words_of(FEATURES)
    except Unreachable:
        pass
    return draw(
        request, "marketing/features.html", title=words.title, description=words.summary, body=body_of(words),
        og_kind="page", og_slug=FEATURES,
    )  # fmt: skip

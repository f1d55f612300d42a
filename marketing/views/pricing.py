from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from marketing.frame import draw
from marketing.models import PlanOffer
from marketing.offers import cards, matrix
from marketing.public_page import needs_database, public_page
from marketing.words import PRICING, body_of, words_of

PERIODS = {"month": "Monthly", "year": "Yearly"}


@needs_database
@public_page()
def pricing(request: HttpRequest) -> HttpResponse:
    period = "year" if request.GET.get("period") == "year" else "month"
    words, offers = words_of(PRICING), list(PlanOffer.objects.all())
    address = reverse("pricing")
    return draw(
        request,
        "marketing/pricing.html",
        title=words.title,
        description=words.summary,
        body=body_of(words),
        og_kind="page",
        og_slug=PRICING,
        periods=[
            {"label": label, "url": address if name == "month" else f"{address}?period={name}", "on": name == period}
            for name, label in PERIODS.items()
        ],
        offers=cards(offers, period),
        matrix=matrix(offers),
        plans=offers,
    )

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from marketing.frame import draw
from marketing.models import CmsPage, PlanOffer
from marketing.offers import cards, matrix, months_free, tried
from marketing.public_page import needs_database, public_page
from marketing.words import PRICING, body_of, words_of


def periods_of(offers: list[PlanOffer], chosen: str) -> list[dict[str, Any]]:
    address, free = reverse("pricing"), months_free(offers)
    saved = f", {free} month{'' if free == 1 else 's'} free" if free else ""
    return [
        {"label": "Monthly", "url": address, "on": chosen == "month"},
        {"label": f"Yearly{saved}", "url": f"{address}?period=year", "on": chosen == "year"},
    ]


@needs_database
@public_page()
def pricing(request: HttpRequest) -> HttpResponse:
    return pricing_page(request)


def pricing_page(request: HttpRequest, given: CmsPage | None = None) -> HttpResponse:
    period = "year" if request.GET.get("period") == "year" else "month"
    words, offers = given or words_of(PRICING), list(PlanOffer.objects.all())
    return draw(
        request,
        "marketing/pricing.html",
        title=words.title,
        description=words.summary,
        body=body_of(words),
        og_kind="page",
        og_slug=PRICING,
        periods=periods_of(offers, period),
        offers=cards(offers, period),
        matrix=matrix(offers),
        plans=offers,
        trial=tried(offers),
        smallest=next((offer for offer in offers[:1] if not offer.price_month), None),
    )

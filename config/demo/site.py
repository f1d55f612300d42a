"""The public site's first words, on its own database."""

from datetime import UTC, datetime

from marketing import offers
from marketing.models import CaseStudy, CmsPage
from marketing.seeds import seed_marketing

BODY = """
This is a worked example with our demonstration firm, so that you can look at every page of it. The firm and its people are invented; the lists, papers and sign-offs are there when you sign in to the demonstration.

## Before

Each senior kept a list of their own. Every client had at least two, and nobody could say which version a bank letter belonged to.

## What the year end looks like now

* One list for each client, made from last year’s. Requests have dates and somebody who looks after them.
* The client opens one link and sees what is left. Whatever arrives is a version of its own.
* A reviewer accepts a document or returns it with the reason, beside the request.
* Papers rest on those documents. Preparer, reviewer and partner sign a named version; then the file is locked.

## What did not change

The tickmarks. A firm brings the set it has always used.
"""


def ensure_site() -> bool:
    """Whether it was written now: what operators have changed since stays as it is."""
    if CmsPage.objects.exists():
        return False
    seed_marketing()
    offers.refresh()
    CaseStudy.objects.create(
        slug="a-year-end-at-harcourt-pell", title="A year end at Harcourt & Pell",
        summary="A worked example with our demonstration firm: one list, one portal, one locked file.",
        firm_name="Harcourt & Pell LLP (demonstration)", body=BODY.strip(), status=CaseStudy.Status.PUBLISHED,
        published_at=datetime(2026, 11, 3, 9, tzinfo=UTC),
        figures="1 link | for each contact, whatever is asked of them\n3 signatures | on a named version, then the file is locked\n0 passwords | for the client to remember",
    )  # fmt: skip
    return True

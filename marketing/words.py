"""The first words of pages whose rest is built in. An operator changes them by a page of that name in the admin."""

from marketing.markdown import to_html
from marketing.models import CmsPage
from marketing.models.cms_page import FEATURES, HOME, PRICING

OWN_PAGES = (HOME, FEATURES, PRICING)

BLOG_TITLE = "Month-end notes"
BLOG_SUMMARY = "On asking for documents, reviewing them and keeping them apart."
LIST_TITLE = "Case studies"
LIST_SUMMARY = "How firms work with Tickmark, with the figures they have measured."
CONTACT_TITLE = "Write to us"
CONTACT_SUMMARY = "A question before you start, or something that does not work: a person reads it and answers by mail."

#: What every form for the newsletter says, word by word: it is kept with the address.
LETTER, HOW = "Month-end notes", "We send a link to confirm. Leave with one click."
OFFER = "one letter a month on running a practice."
CONSENT = f"{LETTER}, {OFFER} {HOW}"

BUILT_IN = {
    HOME: {
        "title": "Ask once. See whose turn it is.",
        "summary": "Tickmark shows your client one list of what you need, collects what they send, and keeps every answer "
        "and every decision on record. For accounting, audit, tax and consulting firms.",
    },
    FEATURES: {
        "title": "One place for the work between you and your client",
        "summary": "From the first request to the last signature: what Tickmark does, page by page.",
    },
    PRICING: {
        "title": "Pay for the people who work in it",
        "summary": "Clients and their contacts take no seat. Prices are per seat, before tax.",
    },
}


def words_of(slug: str) -> CmsPage:
    """Ask inside `outage.database()`."""
    return CmsPage.objects.published().filter(slug=slug).first() or built_in(slug)


def built_in(slug: str) -> CmsPage:
    return CmsPage(slug=slug, **BUILT_IN[slug])


def body_of(words: CmsPage) -> str:
    return to_html(words.body)

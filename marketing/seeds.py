"""The first words of the site, written by us. `seed_marketing()` may run any number of times."""

from datetime import UTC, datetime
from pathlib import Path

from marketing.models import BlogPost, CmsPage
from marketing.models.cms_page import HOME

TEXTS = Path(__file__).parent / "seed_posts"
AUTHOR = "The Tickmark team"

HOME_WORDS = {
    "slug": HOME,
    "title": "Ask once. See whose turn it is.",
    "summary": "Tickmark shows your client one list of what you need, collects what they send, and keeps every answer "
    "and every decision on record. For accounting, audit, tax and consulting firms.",
}

POSTS = [
    {
        "slug": "the-request-list-that-gets-answered",
        "title": "The request list that gets answered",
        "summary": "Most lists are written for the person who sends them. Seven habits for the person who answers.",
        "topic": "Requests",
        "published_at": datetime(2026, 11, 10, 9, tzinfo=UTC),
    },
    {
        "slug": "a-returned-document-needs-a-reason",
        "title": "A returned document needs a reason",
        "summary": "Review is a decision with a name and a date. How to make each one so that nobody asks again.",
        "topic": "Review",
        "published_at": datetime(2026, 10, 27, 9, tzinfo=UTC),
    },
    {
        "slug": "how-the-database-keeps-firms-apart",
        "title": "How the database keeps firms apart",
        "summary": "Row-level security in plain words: what it does, what it does not, and what to ask a supplier.",
        "topic": "Security",
        "published_at": datetime(2026, 10, 13, 9, tzinfo=UTC),
    },
    {
        "slug": "why-the-portal-has-no-password",
        "title": "Why the portal has no password",
        "summary": "A link in a mailbox can be safer than a password that nobody remembers. It also has its price.",
        "topic": "Security",
        "published_at": datetime(2026, 9, 29, 9, tzinfo=UTC),
    },
]


def seed_marketing() -> None:
    home = {**HOME_WORDS, "status": CmsPage.Status.PUBLISHED, "published_at": datetime(2026, 9, 29, 9, tzinfo=UTC)}
    CmsPage.objects.update_or_create(slug=HOME, defaults=home)
    for post in POSTS:
        body = (TEXTS / f"{post['slug']}.md").read_text()
        values = {**post, "body": body, "author_name": AUTHOR, "status": BlogPost.Status.PUBLISHED}
        BlogPost.objects.update_or_create(slug=post["slug"], defaults=values)

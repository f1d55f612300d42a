"""The first words of the site, written by us. `seed_marketing()` may run any number of times."""

from datetime import UTC, datetime

from django.utils.text import slugify

from marketing.first_pages import PAGES, TEXTS, body_of
from marketing.models import BlogAuthor, BlogPost, CmsPage
from marketing.models.cms_page import BLANK, HOME
from marketing.words import BUILT_IN

AUTHOR = "The Tickmark team"

HOME_WORDS = {"slug": HOME, **BUILT_IN[HOME]}

POSTS = [
    {
        "slug": "the-request-list-that-gets-answered",
        "title": "The request list that gets answered",
        "summary": "Most lists are written for the person who sends them. Seven habits for the person who answers.",
        "topic": "Requests",
        "tags": ["requests", "clients"],
        "published_at": datetime(2026, 11, 10, 9, tzinfo=UTC),
    },
    {
        "slug": "a-returned-document-needs-a-reason",
        "title": "A returned document needs a reason",
        "summary": "Review is a decision with a name and a date. How to make each one so that nobody asks again.",
        "topic": "Review",
        "tags": ["review", "requests"],
        "published_at": datetime(2026, 10, 27, 9, tzinfo=UTC),
    },
    {
        "slug": "how-the-database-keeps-firms-apart",
        "title": "How the database keeps firms apart",
        "summary": "Row-level security in plain words: what it does, what it does not, and what to ask a supplier.",
        "topic": "Security",
        "tags": ["security"],
        "published_at": datetime(2026, 10, 13, 9, tzinfo=UTC),
    },
    {
        "slug": "why-the-portal-has-no-password",
        "title": "Why the portal has no password",
        "summary": "A link in a mailbox can be safer than a password that nobody remembers. It also has its price.",
        "topic": "Security",
        "tags": ["security", "clients"],
        "published_at": datetime(2026, 9, 29, 9, tzinfo=UTC),
    },
]


#: What a page of the demonstration says where a real one names whoever runs it.
NOBODY = (
    "This installation is a demonstration: the firms in it are invented, nothing is sold here, and no contract comes about. "
    "Whoever puts Tickmark up for others writes here who they are."
)


def seed_marketing() -> None:
    home = {**HOME_WORDS, "status": CmsPage.Status.PUBLISHED, "published_at": datetime(2026, 9, 29, 9, tzinfo=UTC)}
    CmsPage.objects.update_or_create(slug=HOME, defaults=home)
    for page in PAGES:
        values: dict[str, object] = {**page, "body": BLANK.sub(NOBODY, body_of(page["slug"]))}
        published = {"status": CmsPage.Status.PUBLISHED, "published_at": home["published_at"]}
        CmsPage.objects.update_or_create(slug=page["slug"], defaults=values | published)
    about = "We build Tickmark, and write down what we learn from it."
    BlogAuthor.objects.update_or_create(
        name=AUTHOR, defaults={"slug": slugify(AUTHOR), "role": "Who makes it", "about": about}
    )
    for post in POSTS:
        body = (TEXTS / f"{post['slug']}.md").read_text()
        values = {**post, "body": body, "author_name": AUTHOR, "status": BlogPost.Status.PUBLISHED}
        BlogPost.objects.update_or_create(slug=post["slug"], defaults=values)

"""Pages a site should have before strangers read it. They come as drafts: what only whoever runs the site can know stands
between double brackets in them, and no page is published with such a blank (`CmsPage.clean`)."""

from pathlib import Path
from uuid import UUID

from marketing.models import CmsPage, SlugRedirect
from marketing.texts import kind_of

TEXTS = Path(__file__).parent / "seed_posts"
PAGES = [
    {
        "slug": "about",
        "title": "About",
        "summary": "A small product for firms that ask their clients for documents, and have to stand behind the answer.",
    },
    {
        "slug": "imprint",
        "title": "Who runs this",
        "summary": "Whose site and whose service this is, and where they can be reached.",
    },
    {
        "slug": "privacy",
        "title": "Privacy",
        "summary": "What this site and the product keep of you, for how long, and how to have it deleted.",
    },
    {
        "slug": "security",
        "title": "Security",
        "summary": "What keeps firms apart, who can read what, and what we do not promise.",
    },
    {
        "slug": "terms",
        "title": "Terms",
        "summary": "What you may expect of us, and what we expect of you.",
    },
]
#: Those of them that the law of many countries asks for.
LEGAL = ("imprint", "privacy", "terms")


def body_of(slug: str) -> str:
    return (TEXTS / f"page-{slug}.md").read_text()


def missing() -> list[CmsPage]:
    """As drafts that are not saved yet."""
    known = known_pages()
    return [CmsPage(**page, body=body_of(page["slug"])) for page in PAGES if page["slug"] not in known]


def add_drafts() -> list[CmsPage]:
    """Of the pages that are missing; what somebody has written stays as it is."""
    return CmsPage.objects.bulk_create(missing())


def not_published() -> list[str]:
    """Titles of the legal pages that no visitor sees."""
    shown = set(CmsPage.objects.published().values_list("pk", flat=True))
    known = known_pages()
    return [page["title"] for page in PAGES if page["slug"] in LEGAL and known.get(page["slug"]) not in shown]


def known_pages() -> dict[str, UUID]:
    """By the address it has, and by those it had: who calls the privacy page otherwise still has one."""
    here = dict(CmsPage.objects.values_list("slug", "pk"))
    past = SlugRedirect.objects.filter(kind=kind_of(CmsPage()), text_id__in=here.values())
    return dict(past.values_list("slug", "text_id")) | here

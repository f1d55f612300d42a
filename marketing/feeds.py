import re
from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from marketing.frame import absolute
from marketing.models import BlogPost
from marketing.words import BLOG_SUMMARY, BLOG_TITLE

NEWEST = 20
#: XML knows no way to write these, which come along with what is pasted.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def plain(text: str) -> str:
    return CONTROLS.sub(" ", text)


class LatestPosts(Feed):
    feed_type = Atom1Feed
    title = f"Tickmark: {BLOG_TITLE}"
    subtitle = BLOG_SUMMARY

    def link(self) -> str:
        return absolute(reverse("blog_post_list"))

    def feed_url(self) -> str:
        return absolute(reverse("blog_feed"))

    def items(self) -> list[BlogPost]:
        return list(BlogPost.objects.published().defer("body")[:NEWEST])

    def item_title(self, item: BlogPost) -> str:
        return plain(item.title)

    def item_description(self, item: BlogPost) -> str:
        return escape(plain(item.summary))  # a feed's summary is HTML

    def item_link(self, item: BlogPost) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: BlogPost) -> str:
        return item.pk.urn

    def item_author_name(self, item: BlogPost) -> str:
        return plain(item.author_name)

    def item_pubdate(self, item: BlogPost) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: BlogPost) -> datetime:
        return item.updated_at

    def item_categories(self, item: BlogPost) -> list[str]:
        return [*([plain(item.topic)] if item.topic else []), *item.tags]

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from marketing.models.publishing import Publishable

WORDS_A_MINUTE = 220
#: What the feed is called in `urls.py`, where a post could be.
FEED = "feed"


class BlogPost(Publishable):
    """One article of the blog, in Markdown."""

    #: Its place in the address.
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=160)
    #: One or two sentences below its title and in lists.
    summary = models.CharField(max_length=300)
    #: What it is about, in a word or two; may be empty.
    topic = models.CharField(max_length=60, blank=True)
    tags = ArrayField(
        models.SlugField(max_length=40), default=list, db_default=[], blank=True,
        help_text="Small letters and hyphens, commas between: year-end, client-portal.",
    )  # fmt: skip
    #: Who wrote it.
    author_name = models.CharField(max_length=120)
    body = models.TextField(help_text="Markdown. Start headings at ##: the title is the heading of the page.")
    #: Its picture; may be empty.
    cover = models.ForeignKey("marketing.CmsMedia", models.PROTECT, null=True, blank=True, related_name="posts")

    class Meta(Publishable.Meta):
        db_table = "blog_posts"
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index(
                models.F("published_at").desc(),
                models.F("id").desc(),
                condition=models.Q(status="published"),
                name="blog_posts_published",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("blog_post_detail", kwargs={"slug": self.slug})

    def clean(self) -> None:
        super().clean()
        if self.slug == FEED:
            raise ValidationError({"slug": "The feed has this address. Choose another."})

    @property
    def reading_minutes(self) -> int:
        return max(1, round(len(self.body.split()) / WORDS_A_MINUTE))

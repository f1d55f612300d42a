from django.db import models
from django.urls import reverse

from marketing.models.publishing import Publishable

#: Pages that are built in: a text of that name, which is that of their address in `urls.py` too, gives their first words.
HOME, FEATURES, PRICING = "home", "features", "pricing"


class CmsPage(Publishable):
    """A page of the site besides the blog. Those named “home”, “features” and “pricing” give those pages their first words."""

    #: Its place in the address.
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=160)
    #: One or two sentences below its title.
    summary = models.CharField(max_length=300)
    body = models.TextField(blank=True, help_text="Markdown. Start headings at ##.")

    class Meta(Publishable.Meta):
        db_table = "cms_pages"
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        own = self.slug in (HOME, FEATURES, PRICING)
        return reverse(self.slug) if own else reverse("cms_page_detail", kwargs={"slug": self.slug})

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from marketing.models.publishing import Publishable

#: Pages that are built in: a text of that name, which is that of their address in `urls.py` too, gives their first words.
HOME, FEATURES, PRICING = "home", "features", "pricing"
#: What only whoever runs the site can know, in a draft that came with it: `marketing.first_pages`.
BLANK = re.compile(r"\[\[(.+?)\]\]", re.S)


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

    def clean(self) -> None:
        super().clean()
        if self.status == self.Status.PUBLISHED and (blank := BLANK.search(self.body)):
            raise ValidationError(
                {"body": f"Before others read it, write in the place of the double brackets: {blank[1]}."}
            )

    def get_absolute_url(self) -> str:
        own = self.slug in (HOME, FEATURES, PRICING)
        return reverse(self.slug) if own else reverse("cms_page_detail", kwargs={"slug": self.slug})

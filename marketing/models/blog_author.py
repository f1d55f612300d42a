from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.text import slugify

from marketing.models.publishing import Row


class BlogAuthor(Row):
    """Who writes the blog. The posts that bear the name lead here."""

    #: Its place in the address, made of the name.
    slug = models.SlugField(max_length=120, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True, help_text="As the posts have it.")
    #: What they do at Tickmark, as readers see it.
    role = models.CharField(max_length=120, blank=True)
    #: A few sentences; Markdown.
    about = models.TextField(blank=True, help_text="Markdown.")

    class Meta:
        db_table = "blog_authors"
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.slug = slugify(self.name)
        if not self.slug:
            raise ValidationError({"name": "Write it in Latin letters: the address of the page is made of it."})
        if BlogAuthor.objects.filter(slug=self.slug).exclude(pk=self.pk).exists():
            raise ValidationError({"name": "Another author’s page has the address this name would have."})

    def get_absolute_url(self) -> str:
        return reverse("blog_author", kwargs={"slug": self.slug})

from django.db import models
from django.urls import reverse

from marketing.models.publishing import Publishable


class CaseStudy(Publishable):
    """How one firm works with Tickmark, told with its consent and with figures it has measured."""

    #: Its place in the address.
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=160)
    #: One or two sentences below its title and in lists.
    summary = models.CharField(max_length=300)
    #: Whose story it is.
    firm_name = models.CharField(max_length=120)
    figures = models.TextField(
        blank=True, help_text="One a line, the figure first: “41 → 23 | days from year end to signed report, median”."
    )
    body = models.TextField(help_text="Markdown. Start headings at ##.")
    #: Its picture; may be empty.
    cover = models.ForeignKey("marketing.CmsMedia", models.PROTECT, null=True, blank=True, related_name="case_studies")

    class Meta(Publishable.Meta):
        db_table = "case_studies"
        ordering = ["-published_at", "-id"]
        verbose_name_plural = "case studies"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("case_study_detail", kwargs={"slug": self.slug})

    @property
    def figure_list(self) -> list[dict[str, str]]:
        lines = [line.partition("|") for line in self.figures.splitlines() if line.strip()]
        return [{"figure": figure.strip(), "words": words.strip()} for figure, _, words in lines]

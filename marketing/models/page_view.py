"""Visits to the site as they came: nothing in them leads back to a person after the day's salt is gone."""

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7


class PageView(models.Model):
    """One page shown. Only added; whole months are dropped when they are too old (`manage.py partitions`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: When it was shown.
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    #: The page's address on the site, without what follows `?`.
    path = models.CharField(max_length=300)
    visitor = models.CharField(
        max_length=32,
        help_text="The same for one browser during one day, another the next: salted hash of address and agent.",
    )
    referrer_host = models.CharField(max_length=253, blank=True, help_text="Empty where the visit began with us.")
    #: What the link's `utm_source` said; may be empty.
    utm_source = models.CharField(max_length=100, blank=True)
    #: What the link's `utm_medium` said; may be empty.
    utm_medium = models.CharField(max_length=100, blank=True)
    #: What the link's `utm_campaign` said; may be empty.
    utm_campaign = models.CharField(max_length=100, blank=True)
    is_bot = models.BooleanField(default=False, help_text="By what the visitor calls itself.")

    class Meta:
        db_table = "page_views"
        indexes = [models.Index(fields=["created_at", "path"], name="page_views_when")]

    def __str__(self) -> str:
        return f"{self.path} {self.created_at:%Y-%m-%d %H:%M}"


class VisitorSalt(models.Model):
    """What the visitors of one day are hashed with, thrown away the day after next: then nobody can tell them any more."""

    #: The day it was used, in UTC.
    day = models.DateField(primary_key=True)
    #: Random bytes.
    salt = models.BinaryField()

    class Meta:
        db_table = "visitor_salts"

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class PageViewCount(models.Model):
    """What the visits of one day came to. Kept when the visits themselves are gone; nothing in it is about a person."""

    class Kind(models.TextChoices):
        ALL = "all", "The whole site"
        PAGE = "page", "Page"
        REFERRER = "referrer", "Referring site"
        CAMPAIGN = "campaign", "Campaign"

    id = models.BigAutoField(primary_key=True)
    #: In UTC.
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    #: The page, the site or the campaign; empty for the whole site.
    name = models.CharField(max_length=310, blank=True)
    is_bot = models.BooleanField()
    #: How often pages were shown.
    views = models.PositiveIntegerField()
    #: How many different visitors of that day.
    visitors = models.PositiveIntegerField()

    class Meta:
        db_table = "page_view_counts"
        constraints = [
            models.UniqueConstraint(fields=["day", "kind", "is_bot", "name"], name="page_view_counts_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["all", "page", "referrer", "campaign"]), name="page_view_counts_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.name}"

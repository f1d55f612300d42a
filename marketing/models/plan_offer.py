from django.db import models

from marketing.models.publishing import Row


class PlanOffer(Row):
    """A plan as the application sold it when somebody last looked (`manage.py refresh_plans`): the site reads only this."""

    #: The plan's name in code.
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    #: Whom it is for.
    tagline = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3)
    #: One seat for a month, in pence or cents, before tax.
    price_month = models.PositiveIntegerField()
    #: One seat for a year, in pence or cents, before tax.
    price_year = models.PositiveIntegerField()
    #: How long one may try it; 0: not at all.
    trial_days = models.PositiveSmallIntegerField()
    #: Smaller plans first.
    position = models.PositiveSmallIntegerField()
    #: What the plan holds, feature by feature in their order: name, kind, unit, enabled, limit.
    features = models.JSONField(default=list)

    class Meta:
        db_table = "plan_offers"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

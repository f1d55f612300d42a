from django.db import models
from django.db.models.functions import Lower

from accounts.plain_text import validate_plain_text
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel


class Tickmark(SoftDeleteModel):
    """A mark of the firm's legend, and what it says when it stands beside a figure."""

    class Rule(models.TextChoices):
        NONE = "", "A person says so"
        FOOT = "foot", "Computed: the figures above add up to it"
        CROSS_FOOT = "cross_foot", "Computed: the figures to its left add up to it"

    class Mark(models.TextChoices):
        """The drawings of the sprite."""

        AGREED = "agreed", "Tick"
        RECALC = "recalc", "Double tick"
        FOOTED = "footed", "F on a line"
        CROSS_FOOTED = "cross-footed", "F between lines"
        CONFIRMED = "confirmed", "C with a tick"
        JUDGEMENT = "judgement", "Triangle"
        EXCEPTION = "exception", "Crossed box"
        SOURCE = "source", "Arrow to a line"
        INSPECTED = "inspected", "Circle with a dot"
        PRIOR = "prior", "Arrow back"
        ANALYTICAL = "analytical", "Wave"
        DIAMOND = "diamond", "Diamond"
        SQUARE = "square", "Square"
        CIRCLE = "circle", "Circle"
        CROSS = "cross", "Cross"
        PLUS = "plus", "Plus"
        STAR = "star", "Star"
        HASH = "hash", "Crossed lines"
        CARET = "caret", "Roof"
        DOWN = "down", "Triangle on its point"
        BARS = "bars", "Three lines"
        UP = "up", "Arrow up"
        HALF = "half", "Halved circle"
        HOURGLASS = "hourglass", "Hourglass"

    code = models.CharField("key", max_length=3, help_text="One to three letters or digits, typed to place the mark.")
    #: Which drawing stands for it.
    mark = models.CharField(max_length=20, choices=Mark)
    #: What it says where it stands beside a figure.
    meaning = models.CharField(max_length=200, validators=[validate_plain_text])
    #: What Tickmark checks where it stands; empty: a person says so.
    rule = models.CharField(max_length=20, choices=Rule, blank=True, default=Rule.NONE)
    position = models.PositiveIntegerField(default=0)

    objects = LivingManager()
    with_deleted = TenantManager()

    class Meta(SoftDeleteModel.Meta):
        db_table = "tickmarks"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(
                "organization", Lower("code"), condition=models.Q(deleted_at=None), name="tickmarks_code",
                violation_error_message="Another mark has this key.",
            ),
            models.UniqueConstraint(
                fields=["organization", "mark"], condition=models.Q(deleted_at=None), name="tickmarks_mark",
                violation_error_message="Another entry of the legend uses this drawing.",
            ),
            models.CheckConstraint(condition=models.Q(code__regex="^[A-Za-z0-9]{1,3}$"), name="tickmarks_code_form",
                                   violation_error_message="Use one to three letters or digits."),
            models.CheckConstraint(condition=models.Q(rule__in=["", "foot", "cross_foot"]), name="tickmarks_rule"),
            models.CheckConstraint(condition=~models.Q(meaning=""), name="tickmarks_meaning"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code}: {self.meaning}"

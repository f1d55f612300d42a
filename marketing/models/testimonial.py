from django.db import models

from marketing.models.publishing import Publishable


class Testimonial(Publishable):
    """What a firm says of us, in its own words and with its consent."""

    #: What was said.
    quote = models.CharField(max_length=500)
    #: Who said it.
    person_name = models.CharField(max_length=120)
    #: What the person is in the firm; may be empty.
    person_role = models.CharField(max_length=120, blank=True)
    #: Where the person works.
    firm_name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0, help_text="Smaller numbers come first.")

    class Meta(Publishable.Meta):
        db_table = "testimonials"
        ordering = ["position", "id"]
        indexes = [
            models.Index(
                fields=["position", "id"], condition=models.Q(status="published"), name="testimonials_published"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_name}, {self.firm_name}"

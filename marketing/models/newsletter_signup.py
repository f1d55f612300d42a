from django.core.validators import EmailValidator
from django.db import models

from marketing.models.publishing import Row


class NewsletterSignup(Row):
    """An address that asked for the newsletter, with what its owner agreed to and when. Mailed only once confirmed."""

    class Status(models.TextChoices):
        PENDING = "pending", "Not confirmed yet"
        CONFIRMED = "confirmed", "Confirmed"
        LEFT = "left", "Left"

    #: In small letters.
    email = models.CharField(max_length=254, unique=True, validators=[EmailValidator()])
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    #: The sentence the form showed.
    consent_text = models.TextField()
    #: The page whose form was sent.
    consent_page = models.CharField(max_length=300, blank=True)
    #: When it was asked for.
    asked_at = models.DateTimeField()
    #: When the owner of the address confirmed it.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    #: When its owner left.
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "newsletter_signups"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="pending", confirmed_at=None)
                | models.Q(status="confirmed", confirmed_at__isnull=False, left_at=None)
                | models.Q(status="left", left_at__isnull=False),
                name="newsletter_signups_status",
            )
        ]

    def __str__(self) -> str:
        return self.email


class NewsletterSuppression(Row):
    """An address that gets no newsletter, whatever list it is on. Who left may come back by confirming again."""

    class Reason(models.TextChoices):
        LEFT = "left", "Left by their own choice"
        BOUNCED = "bounced", "Mail to it comes back"
        COMPLAINED = "complained", "Complained"

    #: In small letters.
    email = models.CharField(max_length=254, unique=True, validators=[EmailValidator()])
    reason = models.CharField(max_length=20, choices=Reason, default=Reason.LEFT)

    class Meta:
        db_table = "newsletter_suppressions"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=["left", "bounced", "complained"]),
                name="newsletter_suppressions_reason",
            )
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

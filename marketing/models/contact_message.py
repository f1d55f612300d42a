"""What visitors send us, what we send them, and how often somebody tried."""

from django.db import models
from django.db.models.functions import Now

from marketing.models.publishing import Row


class ContactMessage(Row):
    """Somebody wrote to us. The inbox of the operators; a mail tells them."""

    class Topic(models.TextChoices):
        QUESTION = "question", "A question before we start"
        HELP = "help", "Help with what we have"
        SECURITY = "security", "Security or privacy"
        OTHER = "other", "Something else"

    class Status(models.TextChoices):
        NEW = "new", "New"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed without an answer"

    name = models.CharField(max_length=120)
    #: Where the answer goes.
    email = models.EmailField()
    #: Where the person works; may be empty.
    firm_name = models.CharField(max_length=120, blank=True)
    topic = models.CharField(max_length=20, choices=Topic, default=Topic.QUESTION)
    #: What they wrote.
    message = models.TextField()
    status = models.CharField(max_length=20, choices=Status, default=Status.NEW)
    note = models.TextField(blank=True, help_text="For operators only.")

    class Meta:
        db_table = "contact_messages"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["new", "answered", "closed"]), name="contact_messages_status"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_topic_display()}"


class SiteMail(Row):
    """A mail of the site on its way. Written with what causes it, sent beside the request, tried again if need be."""

    #: The address it goes to.
    recipient = models.CharField(max_length=254)
    #: Its first line in the inbox.
    subject = models.CharField(max_length=200)
    #: Its words.
    body = models.TextField()
    #: Headers of its own, such as `List-Unsubscribe`.
    headers = models.JSONField(default=dict)
    #: How often it was tried.
    attempts = models.PositiveSmallIntegerField(default=0)
    #: When the mail server took it; the words are forgotten then.
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "site_mails"
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=models.Q(sent_at=None), name="site_mails_waiting")]

    def __str__(self) -> str:
        return self.subject


class FormAttempt(models.Model):
    """Somebody sent a form of the site. Kept two days, to slow down whoever sends too many."""

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    #: Which form.
    form = models.CharField(max_length=20)
    #: The sender's address or the recipient's, hashed with the day's salt.
    sender = models.CharField(max_length=32)

    class Meta:
        db_table = "form_attempts"
        indexes = [
            models.Index(fields=["form", "sender", "created_at"], name="form_attempts_sender"),
            models.Index(fields=["created_at"], name="form_attempts_when"),
        ]

    def __str__(self) -> str:
        return self.form

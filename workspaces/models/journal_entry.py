from django.db import models
from django.urls import reverse

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class JournalEntry(AuthoredModel, TenantModel):
    """An adjustment found by the work. Only a posted one, whose lines add up to nothing, reaches the leads."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        POSTED = "posted", "Posted"
        PASSED = "passed", "Not posted by the client"

    binder = TenantForeignKey("workspaces.Binder", models.CASCADE, related_name="journal_entries")
    #: Its number in the binder, as in AJE 3.
    number = models.PositiveIntegerField()
    description = models.CharField(max_length=500, validators=[validate_plain_text])
    #: The day the entry counts from. Empty only in entries that are older than the column.
    entry_date = models.DateField("date", null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    #: The paper whose work found it; may be empty.
    workpaper = TenantForeignKey("workspaces.Workpaper", models.SET_NULL, null=True, blank=True, related_name="+")
    #: The entry it takes back; empty for any other.
    reverses = TenantForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="reversals"
    )

    class Meta(TenantModel.Meta):
        db_table = "journal_entries"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "binder", "number"], name="journal_entries_number"),
            models.UniqueConstraint(
                fields=["organization", "reverses"], condition=models.Q(reverses__isnull=False),
                name="journal_entries_reversed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(reverses=None) | ~models.Q(reverses=models.F("id")),
                name="journal_entries_not_itself",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["proposed", "posted", "passed"]), name="journal_entries_status"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"AJE {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("journal_entry_detail", kwargs={"entry_id": self.pk})


class JournalEntryLine(TenantModel):
    """One side of an adjustment in minor units: debit positive, credit negative."""

    entry = TenantForeignKey("workspaces.JournalEntry", models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    #: The account's number in the client's ledger.
    code = models.CharField(max_length=40, validators=[validate_plain_text])
    #: The account's name there; may be empty.
    name = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])
    #: Minor units: debit positive, credit negative.
    amount = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        db_table = "journal_entry_lines"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "entry", "position"], name="journal_entry_lines_position"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="journal_entry_lines_amount"),
            models.CheckConstraint(condition=~models.Q(code=""), name="journal_entry_lines_coded"),
        ]
        indexes = [models.Index(fields=["organization", "code"], name="journal_entry_lines_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.amount}"

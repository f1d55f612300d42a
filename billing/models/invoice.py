"""What firms are asked to pay: mirrored from Stripe, or issued here. Money is in the currency's smallest unit."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.encryption import EncryptedTextField
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def shown(self) -> "InvoiceQuerySet":
        """What a firm has been asked to pay: drafts may still change."""
        return self.exclude(status=Invoice.Status.DRAFT)

    def overdue(self, today: date) -> "InvoiceQuerySet":
        return self.filter(status=Invoice.Status.OPEN, due_on__lt=today)


class Invoice(TenantModel):
    """One invoice. Its lines add up to `subtotal`; `total` is that and the tax."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        PAID = "paid", "Paid"
        VOID = "void", "Void"
        UNCOLLECTIBLE = "uncollectible", "Written off"

    class Source(models.TextChoices):
        STRIPE = "stripe", "Stripe"
        MANUAL = "manual", "Issued here"

    #: As printed; one row of numbers for the whole installation. Empty while it is a draft.
    number = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001
    source = models.CharField(max_length=10, choices=Source, default=Source.MANUAL)
    #: Its id at Stripe; empty where we issued it.
    stripe_invoice_id = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    currency = models.CharField(max_length=3, default="GBP")
    #: Minor units, without tax.
    subtotal = models.BigIntegerField(default=0)
    #: In percent; empty where Stripe reckons it line by line.
    tax_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    #: Minor units.
    tax = models.BigIntegerField(default=0)
    #: Minor units, with tax.
    total = models.BigIntegerField(default=0)
    #: Minor units that have come in.
    amount_paid = models.BigIntegerField(default=0)
    #: Whom it was made out to, as the firm's details said then: `name`, `email`, `address` (lines).
    recipient = models.JSONField(default=dict, blank=True)
    #: The tax number of whom it is for, as it was when issued.
    recipient_tax_id = EncryptedTextField(blank=True, default="")
    #: From when on what it asks for was there.
    period_start = models.DateTimeField(null=True, blank=True)
    #: And until when.
    period_end = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    #: What the operator noted when the money came, such as the bank's reference.
    payment_note = models.CharField(max_length=200, blank=True)
    #: Stripe's page of it, and its PDF there.
    hosted_url = models.URLField(max_length=500, blank=True)
    pdf_url = models.URLField(max_length=500, blank=True)

    objects = TenantManager.from_queryset(InvoiceQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "invoices"
        constraints = [
            TenantIsolation(name="invoice_tenant", operator="read"),
            models.UniqueConstraint(fields=["organization", "number"], name="invoices_number"),
            models.UniqueConstraint(fields=["organization", "stripe_invoice_id"], name="invoices_stripe"),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "open", "paid", "void", "uncollectible"]),
                name="invoices_status",
            ),
            models.CheckConstraint(
                condition=models.Q(source="manual", stripe_invoice_id__isnull=True)
                | models.Q(source="stripe", stripe_invoice_id__isnull=False),
                name="invoices_source",
            ),
            models.CheckConstraint(
                condition=models.Q(total=models.F("subtotal") + models.F("tax")), name="invoices_total"
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(number__isnull=False), name="invoices_numbered"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="paid") | models.Q(paid_at__isnull=False), name="invoices_paid"
            ),
        ]
        indexes = [
            models.Index("organization", models.F("issued_at").desc(), models.F("id").desc(), name="invoices_newest"),
            models.Index(fields=["organization", "due_on"], condition=models.Q(status="open"), name="invoices_open"),
        ]

    def __str__(self) -> str:
        return self.number or "Draft"

    def get_absolute_url(self) -> str:
        return reverse("invoice_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_paid(self) -> bool:
        return self.status == self.Status.PAID

    @property
    def is_manual(self) -> bool:
        return self.source == self.Source.MANUAL

    @property
    def outstanding(self) -> int:
        return max(0, self.total - self.amount_paid) if self.is_open else 0

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today


class InvoiceLine(TenantModel):
    """What one part of an invoice is for. Without an invoice it waits for the next one."""

    class Kind(models.TextChoices):
        SEATS = "seats", "Seats"
        SEAT_CHANGE = "seat_change", "Change of seats"
        PLAN_CHANGE = "plan_change", "Change of plan"
        USAGE = "usage", "Usage"
        CREDITS = "credits", "Credits"
        OTHER = "other", "Other"

    invoice = TenantForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OTHER)
    description = models.CharField(max_length=300)
    #: How many of it.
    quantity = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(1))
    #: For one, in the smallest unit; parts of a penny are possible.
    unit_amount = models.DecimalField(max_digits=16, decimal_places=4, default=Decimal(0))
    #: Minor units for all of them; below zero for what is given back.
    amount = models.BigIntegerField()
    #: From when on it was there.
    period_start = models.DateTimeField(null=True, blank=True)
    #: And until when.
    period_end = models.DateTimeField(null=True, blank=True)
    #: Stripe's id of the line.
    stripe_line_id = models.CharField(max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        db_table = "invoice_lines"
        constraints = [
            TenantIsolation(name="invoice_line_tenant", operator="read"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["seats", "seat_change", "plan_change", "usage", "credits", "other"]),
                name="invoice_lines_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "invoice", "position"], name="invoice_lines_of"),
            models.Index(fields=["organization", "period_end"], name="invoice_lines_by_period"),
        ]

    def __str__(self) -> str:
        return self.description


class InvoiceNumber(models.Model):
    """The last number given in a year. One row of numbers without gaps for the whole installation."""

    #: Each year begins with 1 again.
    year = models.PositiveSmallIntegerField(primary_key=True)
    #: The number of the last invoice of that year.
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "invoice_numbers"

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"

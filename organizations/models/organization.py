import re
import zoneinfo
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone as clock
from uuid_utils.compat import uuid7

from accounts.encryption import EncryptedTextField
from accounts.models.user import validate_timezone
from accounts.plain_text import validate_plain_text
from organizations.colours import DEFAULT_BRAND, on_brand, validate_colour
from organizations.reserved import RESERVED_SLUGS
from tenancy.isolation import TenantIsolation
from tenancy.manager import TenantManager

SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{1,46}[a-z0-9])$")


def validate_slug(slug: str) -> None:
    if not SLUG.match(slug) or "--" in slug:
        raise ValidationError("Use 3 to 48 small letters, digits and single hyphens, such as “harcourt-pell”.")
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"“{slug}” is reserved: {RESERVED_SLUGS[slug]}. Choose another address.")


class OrganizationManager(TenantManager):
    column = "id"


class Organization(models.Model):
    """A firm: the tenant itself. `Organization.objects` holds the firm this request is in, and no other."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField("firm name", max_length=120, validators=[validate_plain_text])
    #: The firm's place in addresses; former ones are kept in `organization_slugs`.
    slug = models.CharField("address", max_length=48, unique=True, validators=[validate_slug],
                            error_messages={"unique": "This address is taken."})  # fmt: skip
    #: Room for an address of its own; nothing writes it yet.
    subdomain = models.CharField(max_length=63, null=True, blank=True, unique=True)
    #: Room for an address of its own; nothing writes it yet.
    domain = models.CharField(max_length=253, blank=True)
    #: Where the logo lies in the store; empty where there is none.
    logo = models.CharField(max_length=300, blank=True)
    #: `{"brand": "#6b2737"}`, the band on top of the portal and of mails; empty: the usual one.
    brand_colors = models.JSONField(default=dict, blank=True)
    #: `line1`, `line2`, `city`, `postcode`, `country`, as the firm typed them.
    address = models.JSONField(default=dict, blank=True)
    #: The tax or VAT number, encrypted; empty where none is kept.
    tax_id = EncryptedTextField(blank=True, default="")
    #: Where the firm wants its invoices; may be empty.
    billing_email = models.EmailField(blank=True)
    #: Decides which day it is for the firm.
    timezone = models.CharField("time zone", max_length=64, default="Europe/London", validators=[validate_timezone])
    currency = models.CharField(max_length=3, default="GBP")
    #: The plan in force: a copy that `billing.copying` writes, as the three after it.
    plan_type = models.CharField(max_length=40, default="trial")
    #: The name of the plan.
    subscription_tier = models.CharField(max_length=40, blank=True)
    #: How the subscription stands: status, billing period, end.
    subscription_data = models.JSONField(default=dict, blank=True)
    #: What the plan allows: `seats`, and `features` by their keys; `open_until` of what there is too much of.
    usage_limits = models.JSONField(default=dict, blank=True)
    #: Rules of the firm: how its members sign in, which two acts one member may not both do.
    settings = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    #: While it is suspended: what its members read about why, as operators wrote it.
    suspension_note = models.CharField(
        "what members read", max_length=300, blank=True, default="", db_default="", validators=[validate_plain_text]
    )
    #: The highest number of a scoping session that is gone for good: no other gets it.
    last_session_number = models.IntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OrganizationManager()

    class Meta:
        db_table = "organizations"
        base_manager_name = "objects"
        constraints = [
            TenantIsolation(name="organization_tenant", column="id", operator="write", lookup=True),
            models.CheckConstraint(condition=models.Q(status__in=["active", "suspended"]), name="organizations_status"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def monogram(self) -> str:
        words = [word for word in re.split(r"[\s&,.]+", self.name) if word[:1].isalnum()]
        return "".join(word[0] for word in words[:2]).upper() or "?"

    def has_feature(self, key: str) -> bool:
        """Whether the firm's plan holds it, as far as this row tells; a firm without a plan yet has everything."""
        return self.usage_limits.get("features", {}).get(key) is not False

    @property
    def brand(self) -> str:
        """The firm's colour, kept but not shown while its plan has none."""
        return self.brand_colors.get("brand", DEFAULT_BRAND) if self.has_feature("portal_brand") else DEFAULT_BRAND

    @property
    def on_brand(self) -> str:
        return on_brand(self.brand)

    def logo_at(self, url: str) -> str:
        """The address of the logo on a surface, new for each logo so that browsers forget the one before; or none."""
        return f"{url}?v={self.logo[-12:-4]}" if self.logo else ""

    @property
    def is_suspended(self) -> bool:
        """Closed by an operator: no page, no portal, no job."""
        return self.status == self.Status.SUSPENDED

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def today(self) -> date:
        """The firm's day, which decides what is late: wherever the server and the reader are."""
        return clock.localdate(timezone=self.zone)

    def set_brand(self, colour: str) -> None:
        validate_colour(colour)
        self.brand_colors = {**self.brand_colors, "brand": colour.lower()}

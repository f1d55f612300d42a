from django.db import models

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class TrialBalance(AuthoredModel, TenantModel):
    """The ledger's balances at one date, as imported. A binder has one for its period and one for the year before."""

    class Kind(models.TextChoices):
        CURRENT = "current", "This period"
        PRIOR = "prior", "Prior year"

    binder = TenantForeignKey("workspaces.Binder", models.CASCADE, related_name="trial_balances")
    #: Of the binder's own period, or of the year before.
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CURRENT)
    #: The day whose balances they are.
    as_of = models.DateField("as of")
    #: The name of the file it came from; may be empty.
    source_name = models.CharField("file", max_length=255, blank=True)
    #: Checksum of that file; empty where there was none.
    source_sha256 = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        db_table = "trial_balances"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "binder", "kind"], name="trial_balances_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=["current", "prior"]), name="trial_balances_kinds"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.as_of}"


class TrialBalanceLine(TenantModel):
    """One account's balance in minor units: debit positive, credit negative."""

    trial_balance = TenantForeignKey("workspaces.TrialBalance", models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    #: The account's number in the client's ledger.
    code = models.CharField(max_length=40, validators=[validate_plain_text])
    #: The account's name there; may be empty.
    name = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])
    #: Minor units: debit positive, credit negative.
    amount = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        db_table = "trial_balance_lines"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "trial_balance", "code"], name="trial_balance_lines_code"),
            models.CheckConstraint(condition=~models.Q(code=""), name="trial_balance_lines_coded"),
        ]
        indexes = [
            models.Index(fields=["organization", "trial_balance", "position", "id"], name="trial_balance_lines_order")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AccountMapping(AuthoredModel, TenantModel):
    """Where an account of a client was placed last. Next year's file begins with it; no file that is there changes."""

    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="account_mappings")
    #: The account's number in the client's ledger.
    code = models.CharField(max_length=40, validators=[validate_plain_text])
    #: The letter of the section it was placed in.
    section = models.CharField(max_length=3)

    class Meta(TenantModel.Meta):
        db_table = "account_mappings"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "client", "code"], name="account_mappings_code"),
            models.CheckConstraint(condition=~models.Q(code=""), name="account_mappings_coded"),
            models.CheckConstraint(condition=models.Q(section__regex="^[A-Z]{1,3}$"), name="account_mappings_section"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.section}"


class BinderAccount(AuthoredModel, TenantModel):
    """To which section of one binder's index an account belongs; an empty one says: to none. Closed with the file."""

    binder = TenantForeignKey("workspaces.Binder", models.CASCADE, related_name="accounts")
    #: The account's number in the client's ledger.
    code = models.CharField(max_length=40, validators=[validate_plain_text])
    #: The letter of the section it belongs to; empty: to none.
    section = models.CharField(max_length=3, blank=True)

    class Meta(TenantModel.Meta):
        db_table = "binder_accounts"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "binder", "code"], name="binder_accounts_code"),
            models.CheckConstraint(condition=~models.Q(code=""), name="binder_accounts_coded"),
            models.CheckConstraint(condition=models.Q(section__regex="^[A-Z]{0,3}$"), name="binder_accounts_section"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.section or 'no section'}"

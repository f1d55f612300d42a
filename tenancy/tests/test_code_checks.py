"""Each rule about models and settings is silent on the real code and speaks on code that is wrong."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.checks import Error
from django.db import models
from django.test.utils import isolate_apps

from organizations.models import Membership, Organization
from tenancy import checks
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel

pytestmark = pytest.mark.django_db


def test_the_code_is_clean() -> None:
    assert [*checks.check_models(None), *checks.check_databases(None)] == []


def found(rule: Any, model: type[models.Model]) -> list[str]:
    return [message.id for message in rule(model) if isinstance(message, Error)]


@isolate_apps("clients")
def test_a_table_outside_every_list_is_reported() -> None:
    class Stray(models.Model):
        class Meta:
            app_label = "clients"

    assert found(checks.unplaced, Stray) == ["tenancy.E001"]


@isolate_apps("clients")
def test_a_plain_key_into_a_firm_is_reported() -> None:
    class Pointing(TenantModel):
        organization = models.ForeignKey(Organization, models.PROTECT)
        member = models.ForeignKey(Membership, models.CASCADE)

        class Meta(TenantModel.Meta):
            app_label = "clients"

    assert found(checks.plain_foreign_keys, Pointing) == ["tenancy.E002"]


@isolate_apps("clients")
def test_keys_no_database_checks_are_reported() -> None:
    class Linked(TenantModel):
        members = models.ManyToManyField(Membership)
        kind = models.ForeignKey(ContentType, models.CASCADE)
        anything = GenericForeignKey("kind", "id")

        class Meta(TenantModel.Meta):
            app_label = "clients"

    assert found(checks.links_past_the_organization, Linked.members.through) == ["tenancy.E004"]
    assert found(checks.links_past_the_organization, Linked) == ["tenancy.E005"]


@isolate_apps("clients")
def test_keys_without_the_organization_are_reported() -> None:
    class Keyed(TenantModel):
        code = models.CharField(max_length=9, unique=True)
        name = models.CharField(max_length=9, db_index=True)

        class Meta(TenantModel.Meta):
            app_label = "clients"
            indexes = [models.Index(fields=["name"], name="keyed_name")]
            constraints = [
                *TenantModel.Meta.constraints,
                models.UniqueConstraint(fields=["name", "organization"], name="keyed_pair"),
                models.UniqueConstraint(fields=["organization", "name"], name="keyed_right"),
            ]

    assert found(checks.keys_without_organization, Keyed) == ["tenancy.E006"] * 4


@isolate_apps("clients")
def test_keys_that_no_cluster_takes_are_reported() -> None:
    class Counted(TenantModel):
        id = models.BigAutoField(primary_key=True)
        member = TenantForeignKey(Membership, models.DB_SET_NULL, null=True, related_name="+")

        class Meta(TenantModel.Meta):
            app_label = "clients"

    class Outside(models.Model):
        member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
        organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")

        class Meta:
            app_label = "clients"

    assert found(checks.keys_no_cluster_takes, Counted) == ["tenancy.E008", "tenancy.E009"]
    assert found(checks.keys_no_cluster_takes, Outside) == ["tenancy.E012"]


@isolate_apps("clients")
def test_open_managers_are_reported() -> None:
    class Open(models.Model):
        everything = models.Manager()

        class Meta:
            app_label = "clients"
            constraints = [TenantIsolation(name="open_tenant")]

    assert found(checks.open_managers, Open) == ["tenancy.E007"] * 2


@pytest.mark.parametrize("wrong", [{"ENGINE": "django.db.backends.postgresql"}, {"ATOMIC_REQUESTS": True}])
def test_settings_that_open_a_wall_are_reported(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]) -> None:
    databases = {"default": {"ENGINE": "tenancy.backend", "TENANCY": True, **wrong}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES=databases))
    assert len(checks.check_databases(None)) == 1


def test_every_exception_is_still_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOKUP_INDEXES",):
        listed = getattr(checks, name)
        monkeypatch.setattr(checks, name, {})
        assert len(checks.check_models(None)) == len(listed), f"Shorten {name}."
        monkeypatch.setattr(checks, name, listed)


def test_the_organization_is_the_root() -> None:
    assert checks.is_root(Organization) and not checks.is_root(Membership)

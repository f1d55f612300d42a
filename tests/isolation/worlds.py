"""Two databases: one holds both firms, one is its copy from which everything of the other firm has been taken."""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.test import Client as Browser
from django.utils import timezone
from psycopg import sql

from accounts.models import User
from clients.models import Client, ClientAssignment, ClientContact, Document, InformationRequest, Project, RequestList
from tenancy.backend.base import DatabaseWrapper
from tests.cast import Cast, Firm, in_portal, keep_file, signed_in
from tests.isolation.copies import as_owner_of, copy_of, opened, source_database, using
from tests.isolation.rows import MODELS, TABLES, column, run

WORDS = ["Aldgate", "Bank", "Cash", "Ledger", "Northwind", "Payroll", "Quarry", "Rent", "Stock 100%", "Tax_return"]
SAMPLES = 30

#: (model, field) → values that either firm has there.
Samples = dict[tuple[type[models.Model], str], list[Any]]


@dataclass
class Worlds:
    cast: Cast
    both: DatabaseWrapper
    alone: DatabaseWrapper
    samples: Samples
    browsers: dict[str, Browser]
    moment: datetime

    def __iter__(self) -> Iterator[DatabaseWrapper]:
        return iter((self.both, self.alone))


@contextmanager
def made_worlds(cast: Cast) -> Iterator[Worlds]:
    with copy_of(source_database(), "both") as both:
        filled = opened(both)
        with using(filled), transaction.atomic():
            fill(cast.ours, seed=1, clients=6)
            fill(cast.theirs, seed=2, clients=9)
            keep_file(cast.ours)
            browsers = {
                "owner": signed_in(cast.ours.owner), "viewer": signed_in(cast.ours.viewer), "contact": in_portal(cast.ours)
            }  # fmt: skip
        filled.close()
        with copy_of(source_database(), "alone", template=both) as alone:
            with as_owner_of(alone), transaction.atomic():
                remove(cast.theirs)
            with as_owner_of(both):
                samples = taken_samples()
            worlds = Worlds(cast, opened(both), opened(alone), samples, browsers, timezone.now())
            yield worlds
            for connection in worlds:
                connection.close()


def fill(firm: Firm, *, seed: int, clients: int) -> None:
    """Rows with the same words, numbers and dates in both firms, but not the same ones beside each other."""
    chance, members, now = random.Random(seed), list(firm.members.values()), timezone.now()  # noqa: S311
    with firm.inside():
        for number in range(clients):
            client = Client.objects.create(
                name=f"{chance.choice(WORDS)} {chance.choice(WORDS)}", code=f"c{number}",
                type=chance.choice(Client.Kind.values), status=chance.choice(["active", "onboarding"]),
                industry=chance.choice(WORDS), notes=" ".join(chance.sample(WORDS, 3)), created_by=chance.choice(members),
                deleted_at=now if number == 3 else None,
            )  # fmt: skip
            ClientContact.objects.create(client=client, name=chance.choice(WORDS), email=f"c{number}@example.com")
            ClientAssignment.objects.create(client=client, member=chance.choice(members), is_lead=bool(number % 2))
            Document.objects.create(client=client, name=f"{chance.choice(WORDS)}.pdf")
            project = Project.objects.create(
                name=f"{chance.choice(WORDS)} {number}", client=client, lead=chance.choice(members)
            )
            lists = RequestList.objects.create(
                title=f"{chance.choice(WORDS)} list", client=client, project=project, created_by=chance.choice(members),
                due_date=now.date() + timedelta(days=chance.randint(-5, 5)), last_number=3,
            )  # fmt: skip
            for position in (1, 2, 3):
                InformationRequest.objects.create(
                    request_list=lists, number=position, position=position, category=chance.choice(WORDS),
                    title=f"{chance.choice(WORDS)} for {chance.choice(WORDS)}", status=chance.choice(["draft", "pending"]),
                    assigned_to=chance.choice(members), due_date=now.date() + timedelta(days=chance.randint(-9, 9)),
                )  # fmt: skip


def remove(firm: Firm) -> None:
    """Every row of the firm, and the accounts and sessions of its people."""
    firm_id, people = firm.organization.pk, [member.user_id for member in firm.members.values()]
    run("SET CONSTRAINTS ALL DEFERRED")
    for table in sorted(TABLES, key=lambda table: table == "audit_logs"):  # last: the other deletions are told there
        delete(table, column(table), [firm_id])
    for model in apps.get_models():
        for key in model._meta.local_fields:
            if key.related_model is User and model._meta.db_table not in MODELS:
                delete(model._meta.db_table, key.column, people)
    for table in ("verified_domains", "organization_slugs", "stripe_customers", "stripe_events"):
        delete(table, "organization_id", [firm_id])
    delete("users", "id", people)
    delete("platform_audit_logs", "user_id", people)


def delete(table: str, name: str, ids: list[uuid.UUID]) -> None:
    run(sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(sql.Identifier(table), sql.Identifier(name)), ids)


def taken_samples() -> Samples:
    reached = [*MODELS.values(), User, apps.get_model("auth.Permission")]
    return {
        (model, field.name): list(
            model._base_manager.order_by(field.attname).values_list(field.attname, flat=True).distinct()[:SAMPLES]
        )
        for model in reached
        for field in model._meta.concrete_fields
    }


def mentions(firm: Firm) -> list[str]:
    """The tables of this thread's database in which the firm's name or number still stands."""
    query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    pattern = f"{firm.organization.slug}|{firm.organization.pk}"
    looked = sql.SQL("SELECT EXISTS (SELECT FROM {table} t WHERE t::text ~* %s)")
    return [table for (table,) in run(query) if run(looked.format(table=sql.Identifier(table)), pattern) == [(True,)]]

"""Owners ask that their firm be deleted, have time to change their mind, and are told what is in the way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts import policies
from billing.models import Subscription
from clients import firm_deletion, firm_erasing
from clients.firm_deletion_jobs import tell_owners_of_deletion
from clients.models import Client, DeletedFirm, FirmDeletion
from organizations.models import Organization
from tenancy.context import OWNER, surface, tenant
from tests.jobs import run_jobs
from workspaces.holds import held_in_firm
from workspaces.models import Binder

pytestmark = pytest.mark.django_db


def test_an_owner_asks_with_the_firms_name_and_cancels_and_a_hold_stops_it(cast, sign_in, monkeypatch):
    monkeypatch.setattr(firm_deletion, "obstacles", lambda: in_the_way)
    in_the_way, lately = [], [False]
    monkeypatch.setattr(policies, "confirmed_lately", lambda request: lately[0])
    owner, url = sign_in(cast.ours.owner), cast.ours.url("firm_deletion")
    name = {"firm_name": cast.ours.organization.name}
    assert sign_in(cast.ours.admin).post(url, name).status_code == 403
    assert owner.post(url, name).status_code == 422, "Nobody deletes a firm from a browser left open."
    lately[0] = True
    assert owner.post(url, {"firm_name": "Harcourt"}).status_code == 422
    run_jobs()
    mail.outbox.clear()
    owner.post(url, name)
    run_jobs()
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        ([cast.ours.owner.email], "Harcourt & Pell LLP will be deleted")
    ]
    assert owner.post(url, name).status_code == 409, "It is asked for already."
    call_command("delete_firms")
    with cast.ours.inside():
        wish = FirmDeletion.objects.get(cancelled_at=None)
        assert wish.due_at - timezone.now() > timedelta(days=13) and Client.objects.exists()
    owner.post(cast.ours.url("firm_deletion_cancellation", firm_deletion_id=wish.pk))
    run_jobs()
    assert mail.outbox[-1].subject == "Harcourt & Pell LLP stays"
    owner.post(url, name)
    in_the_way.append("A binder is on legal hold.")
    with cast.ours.inside():
        FirmDeletion.objects.filter(cancelled_at=None).update(due_at=timezone.now())
    monkeypatch.setattr(firm_erasing, "obstacles", lambda: in_the_way)
    call_command("delete_firms")
    with cast.ours.inside():
        assert Client.objects.exists()
    assert "When it was due, this was in the way: A binder is on legal hold." in owner.get(url).content.decode()


def test_a_legal_hold_and_a_subscription_by_card_are_in_the_way(cast):
    with cast.ours.inside():
        Binder.objects.filter(pk=cast.ours.binder.pk).update(
            legal_hold_at=timezone.now(), legal_hold_by=cast.ours.owner, legal_hold_reason="A claim"
        )
        Subscription.objects.update(stripe_subscription_id="sub_1")
        held = Binder.with_deleted.filter(legal_hold_at__isnull=False).count()
        assert held_in_firm()[0].startswith(f"{held} binder")
        assert firm_deletion.obstacles() == [*firm_deletion.paid_by_card(), *held_in_firm()]
        assert len(firm_deletion.obstacles()) == 2


def test_a_firm_that_is_suspended_or_at_work_waits_for_another_night(cast, monkeypatch):
    monkeypatch.setattr(firm_erasing, "obstacles", firm_deletion.suspended)
    monkeypatch.setattr(firm_erasing, "PATIENCE", 0)
    with cast.ours.inside():
        wish = FirmDeletion.objects.filter(cancelled_at=None).first() or firm_deletion.ask(by=cast.ours.owner)
        tell_owners_of_deletion.enqueue(firm_deletion_id=wish.pk)

    def told() -> str:
        with cast.ours.inside():
            FirmDeletion.objects.filter(pk=wish.pk).update(due_at=timezone.now())
        call_command("delete_firms")
        with cast.ours.inside():
            assert Client.objects.exists()
            return FirmDeletion.objects.get(pk=wish.pk).refused_because

    set_jobs("doing")
    assert told() == "A job of the firm was at work. It is tried again the next night."
    set_jobs("succeeded")
    with surface(OWNER), tenant(cast.ours.organization.pk):
        Organization.objects.update(status=Organization.Status.SUSPENDED)
    assert told() == "The firm is suspended. It can go once it is open again."


def test_a_certificate_that_is_refused_holds_up_no_other(cast, monkeypatch):
    def send(gone, *, to):
        if to == "moved@away.example":
            raise OSError
        sent.append(to)

    sent = []
    monkeypatch.setattr(firm_erasing, "send_certificate", send)
    with surface(OWNER):
        for owners in (["moved@away.example", "other@owner.example"], ["another@firm.example"]):
            DeletedFirm.objects.create(
                organization_id=uuid4(), name="Gone", slug="gone", owners=owners, certificate={}, digest=""
            )
    with pytest.raises(CommandError, match="its files or certificates"):
        call_command("delete_firms")
    assert sent == ["other@owner.example", "another@firm.example"]
    with surface(OWNER):
        waiting = DeletedFirm.objects.get(mailed_at=None)
    assert waiting.owners == ["moved@away.example"] and waiting.files_deleted_at


def set_jobs(status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s", [status])

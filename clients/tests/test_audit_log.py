"""The firm's audit log: its page, its files, and the chain over it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import BooleanField, Func, Value
from django.db.models.lookups import IsNull
from django.utils import timezone

from audit import chain
from audit.models import AuditLog, ChainBlock
from billing.tests.plans import exception, on_plan
from clients.audit_jobs import mail_chain_head
from clients.models import Client, ClientWall
from clients.views import audit_log
from tenancy.context import OWNER, all_tenants, surface
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def tampered(statement: str, *values: object) -> None:
    """As whoever owns the database could."""
    with surface(OWNER), all_tenants(reason="tampering"), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


@contextmanager
def without(block: ChainBlock) -> Iterator[None]:
    with transaction.atomic():
        with surface(OWNER), all_tenants(reason="tampering"):
            AuditLog.objects.filter(pk__in=block.line_ids)._raw_delete("default")
            ChainBlock.objects.filter(pk=block.pk)._raw_delete("default")
        yield
        transaction.set_rollback(True)


def test_the_page_filters_searches_and_tells_what_changed(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    with cast.ours.inside(cast.ours.member):
        Client.objects.filter(pk=cast.ours.bakery.pk).update(name="Southwind Bakeries", tax_id="GB999999999")
    url = cast.ours.url("audit_log")
    entry = browser.get(url, {"action": "update", "record": "clients", "q": "southwind"}).context["entries"][0]
    assert (entry.who, entry.action.word, entry.record) == (
        cast.ours.member.display_name,
        "Changed",
        "Client, Southwind Bakeries",
    )
    page = browser.get(cast.ours.url("audit_entry", line_id=entry.line.pk)).content.decode()
    assert "<ins>Southwind Bakeries</ins>" in page and "[masked]" in page and "GB999999999" not in page
    with cast.ours.inside(cast.ours.member):
        Client.objects.filter(pk=cast.ours.bakery.pk).update(deleted_at=timezone.now())
    gone = browser.get(url, {"action": "delete", "record": "clients"}).context["entries"][0]
    assert (gone.action.word, gone.line.resource_id) == ("Deleted", cast.ours.bakery.pk), "Into the trash."
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_log, "PATIENCE", "1ms")
        patch.setattr(
            "clients.audit_trail._search",
            lambda q: IsNull(Func(Value(1), function="pg_sleep", output_field=BooleanField()), True),
        )
        assert "Too much to look through" in browser.get(url, {"q": "anything"}).text
    assert browser.get(url, {"q": "nobody called this"}).context["entries"] == []
    first = browser.get(url, {"period": "all"})
    assert len(first.context["entries"]) == 50 and first.context["page"].next
    second = browser.get(url + first.context["page"].next)
    assert not {one.line.pk for one in first.context["entries"]} & {one.line.pk for one in second.context["entries"]}
    assert sign_in(cast.ours.member).get(url).status_code == 403


def test_words_are_looked_for_in_so_many_lines_at_once_and_then_further_back(cast, sign_in, monkeypatch):
    with cast.ours.inside(cast.ours.member):
        for number in range(3):
            Client.objects.filter(pk=cast.ours.bakery.pk).update(name=f"Southwind {number}")
    browser, url = sign_in(cast.ours.owner), cast.ours.url("audit_log")

    def found(words):
        page, lines, empty = browser.get(url, {"q": words, "period": "all"}), [], 0
        while True:
            lines += [entry.line.pk for entry in page.context["entries"]]
            if not (further := page.context["page"].next):
                return lines, empty, page.text
            if not page.context["entries"]:
                empty += 1
                assert "40 entries were looked through, older ones not yet" in page.text
            page = browser.get(url + further)

    at_once = {words: found(words)[0] for words in ("southwind", cast.ours.member.display_name, "nobody")}
    assert len(at_once["southwind"]) >= 3
    monkeypatch.setattr(audit_log, "LOOKED_THROUGH", 40)
    for words, lines in at_once.items():
        assert found(words)[0] == lines
    _, empty, last = found("nobody")
    assert empty and "Nothing matches" in last
    assert browser.get(url, {"q": "nobody", "after": "nonsense"}).status_code == 200


def test_exports_hold_the_filtered_lines_and_are_on_record(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    got = browser.get(cast.ours.url("audit_log_export_jsonl"), {"record": "requests", "period": "all"})
    lines = [json.loads(line) for line in b"".join(got.streaming_content).splitlines()]
    with cast.ours.inside():
        wanted = set(AuditLog.objects.filter(resource_type="requests").values_list("pk", flat=True))
        assert AuditLog.objects.get(action="export").new_values["format"] == "jsonl"
    assert {line["id"] for line in lines} == set(map(str, wanted))
    table = b"".join(browser.get(cast.ours.url("audit_log_export_csv"), {"record": "requests"}).streaming_content)
    assert len(table.splitlines()) >= len(wanted) + 1
    assert b"resource_type" in table.splitlines()[0]


def test_a_plan_limits_what_is_shown_and_taken_along_not_what_is_kept(cast, sign_in):
    browser, url = sign_in(cast.ours.owner), cast.ours.url("audit_log")
    with cast.ours.inside():
        on_plan("practice")
        line = AuditLog.objects.order_by("created_at").first()
        exception("audit_days", 0)
    page = browser.get(url, {"period": "all"})
    assert page.context["entries"] == [] and "Your plan shows the last 0 days." in page.text
    assert browser.get(cast.ours.url("audit_entry", line_id=line.pk)).status_code == 404
    for kind in ("csv", "jsonl"):
        refused = browser.get(cast.ours.url(f"audit_log_export_{kind}"))
        assert (
            refused.status_code == 403 and "Audit log export: not in the Practice plan. The Firm plan" in refused.text
        )
    with cast.ours.inside():
        exception("audit_days", 30)
        exception("audit_export")
    assert browser.get(cast.ours.url("audit_entry", line_id=line.pk)).status_code == 200
    taken = b"".join(browser.get(cast.ours.url("audit_log_export_jsonl")).streaming_content)
    assert str(line.pk).encode() in taken


def test_who_is_walled_off_a_client_reads_nothing_of_it(cast, sign_in):
    browser, admin = sign_in(cast.ours.admin), cast.ours.admin
    with cast.ours.inside():
        ClientWall.objects.filter(member=admin).delete()
        ClientWall.objects.create(client=cast.ours.bakery, member=admin, reason="Family")
        line = AuditLog.objects.filter(resource_type="requests", resource_id=cast.ours.pending.pk)[0]
    page = browser.get(cast.ours.url("audit_log"), {"period": "all", "record": "clients"})
    assert cast.ours.bakery.pk not in {entry.line.resource_id for entry in page.context["entries"]}
    assert browser.get(cast.ours.url("audit_entry", line_id=line.pk)).status_code == 404
    assert sign_in(cast.ours.owner).get(cast.ours.url("audit_entry", line_id=line.pk)).status_code == 200


def test_whatever_is_tampered_with_verifying_names_the_first_broken_line(cast):
    with cast.ours.inside():
        chain.seal()
        assert (verdict := chain.verify()).problem == "" and verdict.lines == AuditLog.objects.count()
        block = ChainBlock.objects.order_by("number")[0]
        second, third = block.line_ids[1:3]
        moment = AuditLog.objects.get(pk=second).created_at
        chain.check()
        last = ChainBlock.objects.order_by("-number")[0]
    with without(last), cast.ours.inside():
        assert chain.verify().problem.startswith(f"Block {last.number} is missing: on "), "Cut off, lines and all."
    tampered("UPDATE audit_logs SET new_values = '{\"amount\": 1}' WHERE id = %s", third)
    with cast.ours.inside():
        assert chain.verify().line == third
    tampered("DELETE FROM audit_logs WHERE id = %s", second)
    with cast.ours.inside():
        verdict = chain.verify()
        assert (verdict.line, verdict.problem) == (second, f"Entry {second} is gone (entry 2 of block 1).")
    tampered("UPDATE audit_chain_blocks SET line_ids = %s WHERE id = %s", block.line_ids[:1], block.pk)
    with cast.ours.inside():
        assert chain.verify().problem == "Block 1 itself was changed."
    with cast.theirs.inside():
        assert chain.verify().problem == ""
        block = ChainBlock.objects.order_by("-last_at")[0]
    row = "organization_id, action, resource_type, context, user_agent"
    tampered(
        f"INSERT INTO audit_logs (id, created_at, {row}) SELECT gen_random_uuid(), %s - interval '3 days', {row} "  # noqa: S608
        "FROM audit_logs WHERE organization_id = %s LIMIT 1", moment, cast.theirs.organization.pk,
    )  # fmt: skip
    with cast.theirs.inside():
        assert chain.verify().problem.endswith("was put in afterwards: no block holds it.")


def test_seals_go_once_their_lines_are_past_their_time_and_the_rest_still_verifies(cast, settings):
    settings.TENANCY_PARTITIONED = {**settings.TENANCY_PARTITIONED, "audit.AuditLog": 30}
    with cast.ours.inside():
        for number in range(4):
            Client.objects.create(name=f"Orchard {number}")
            chain.seal()
    for number in (1, 2, 3):
        tampered(
            "UPDATE audit_chain_blocks SET first_at = first_at - interval '60 days', last_at = last_at - interval '60 days' "
            "WHERE organization_id = %s AND number = %s", cast.ours.organization.pk, number,
        )  # fmt: skip
    call_command("drop_old_seals")
    with cast.ours.inside():
        assert ChainBlock.objects.order_by("number").first().number == 3
        assert chain.verify().problem == ""
    tampered("DELETE FROM audit_chain_blocks WHERE organization_id = %s AND number = 3", cast.ours.organization.pk)
    with cast.ours.inside():
        assert chain.verify().problem == "Block 1 is missing.", "Nothing says that its time was over."


def test_the_button_verifies_and_owners_get_the_head_by_mail_if_they_ask(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    browser.post(cast.ours.url("audit_chain_check"))
    run_jobs()
    page = browser.get(cast.ours.url("audit_chain"))
    newest = page.context["checks"][0]
    assert newest.user_id == cast.ours.owner.user_id and newest.problem == ""

    def mailed() -> list[str]:
        mail.outbox.clear()
        with cast.ours.inside():
            mail_chain_head.enqueue()
        run_jobs()
        return [sent.body for sent in mail.outbox]

    assert mailed() == []
    browser.post(cast.ours.url("audit_head_mail"), {"wanted": "on"})
    assert [newest.head in body for body in mailed()] == [True]

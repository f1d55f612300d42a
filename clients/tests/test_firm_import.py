"""A firm goes whole, and comes back as it was: nothing stays behind, nothing is lost."""

import hashlib
import io
import json
import re
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from accounts.models import MailLog, User
from audit import chain
from billing.models import Subscription
from clients import firm_export, firm_names
from clients.firm_archive import ImportRefused
from clients.firm_import import bring
from clients.firm_import_rows import LEFT_BEHIND
from clients.models import DeletedFirm, FirmDeletion
from clients.models.firm_deletion import digest_of
from clients.whole_firm import TRAIL, files_of, platform_models, whole_firm
from organizations.models import Organization, OrganizationDomain, OrganizationSlug
from tenancy import cache
from tenancy.context import OWNER, all_tenants, surface, tenant
from tenancy.expected import tenant_models
from tests.cast import keep_file
from workspaces.models import Binder

pytestmark = pytest.mark.django_db

TRAIL_TABLES = {model._meta.db_table for model in TRAIL}
#: Where a firm that is gone may still be named.
REMEMBERED = {"deleted_firms", "platform_audit_logs", *TRAIL_TABLES}
TABLES = """
SELECT c.relname::text FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
"""
#: They are the accounts', and as they are here.
PICTURES = {"organization_memberships": {"avatar": ""}}
NAMES = sql.SQL("SELECT EXISTS (SELECT FROM {table} t WHERE t::text LIKE %s)")


def exported(firm):
    file = io.BytesIO()
    written = firm_export.write(file, firm.organization.pk, lambda **numbers: None)
    return file.getvalue(), written.checksum


def contents(written):
    """Each part by its checksum, or by its rows where something of them is left behind; and the trail, line by line."""
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        said = json.loads(archive.read("manifest.json"))["contents"]
        lines = {path: archive.read(path).splitlines() for path in said if path.startswith("tables/")}
    trail = {path: set(found) for path, found in lines.items() if path[7:-6] in TRAIL_TABLES}
    rest = {path: facts for path, facts in said.items() if path not in trail}
    for table, left in (LEFT_BEHIND | PICTURES).items():
        path = f"tables/{table}.jsonl"
        rest[path] = [json.loads(line) | left for line in lines[path]]
    return rest, trail


def rows_of(firm):
    """Of every table of the firms, found by themselves."""
    with surface(OWNER), tenant(firm.organization.pk):
        return {model._meta.db_table: model._base_manager.count() for model in tenant_models()}


def tables_that_name(firm):
    with surface(OWNER), tenant(firm.organization.pk), connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        found = set()
        for name in names:
            cursor.execute(NAMES.format(table=sql.Identifier(name)), [f"%{firm.organization.pk}%"])
            found |= {name} if cursor.fetchone()[0] else set()
        return found


def make_ready_to_go(firm):
    keep_file(firm)
    with whole_firm(firm.organization.pk):
        Binder.with_deleted.update(legal_hold_at=None, legal_hold_by=None, legal_hold_reason="")
        Subscription.objects.update(stripe_subscription_id=None)
        FirmDeletion.objects.create(created_by=firm.owner, due_at=timezone.now())


def forget_account(user_id):
    with surface(OWNER), all_tenants(reason="test"):
        for model in set(apps.get_models()) - set(tenant_models()):
            for key in model._meta.local_fields:
                if key.related_model is User and model._meta.managed:
                    model._base_manager.filter(**{key.name: user_id})._raw_delete("default")
        User.objects.filter(pk=user_id)._raw_delete("default")


def forget_trail(firm):
    with surface(OWNER), tenant(firm.organization.pk):
        for model in TRAIL:
            model._base_manager.all()._raw_delete("default")


LOGGED = {
    "BACKEND": "accounts.mail_log.LoggedBackend",
    "OPTIONS": {"inner": "django.core.mail.backends.locmem.EmailBackend"},
}
SHARED = {"default": {"BACKEND": "tenancy.cache_backend.ExpiringCache", "LOCATION": "cache_entries"}}


def leave_something(firm):
    """As a job, an upload and a mail that were under way."""
    default_storage.save(f"org/{firm.organization.pk}/ab/late", ContentFile(b"late"))
    with firm.inside():
        cache.put("late", 1, seconds=60)
    with surface(OWNER), all_tenants(reason="test"):
        MailLog.objects.create(kind="late", organization_id=firm.organization.pk, outcome="sent")


def test_a_firm_is_deleted_whole_and_comes_back_from_its_export_as_it_was(cast, settings):
    settings.CACHES = settings.CACHES | SHARED
    settings.MAILERS = {"default": LOGGED}
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            cache.put("number", 1, seconds=60)
    make_ready_to_go(cast.ours)
    before, others = rows_of(cast.ours), rows_of(cast.theirs)
    assert min(before.values()) > 0, "The cast has a row in every table."
    written, checksum = exported(cast.ours)
    with pytest.raises(ImportRefused, match="with this id"):
        bring(io.BytesIO(written))

    call_command("delete_firms")
    with surface(OWNER), tenant(cast.ours.organization.pk):
        assert not list(FirmDeletion.objects.values_list("refused_because", flat=True))
    left = {table for table, rows in rows_of(cast.ours).items() if rows}
    assert left == TRAIL_TABLES and list(files_of(cast.ours.organization.pk)) == []
    assert tables_that_name(cast.ours) <= REMEMBERED
    assert rows_of(cast.theirs) == others
    with surface(OWNER):
        gone = DeletedFirm.objects.get()
    counted = {table: rows for table, rows in before.items() if table not in TRAIL_TABLES}
    assert counted.items() <= gone.certificate["rows"].items() and gone.certificate["files"] > 0
    assert gone.digest == digest_of(gone.certificate) and gone.mailed_at and not gone.owners
    assert [(sent.to, gone.digest in sent.body) for sent in mail.outbox] == [([cast.ours.owner.email], True)]
    assert hashlib.sha256(mail.outbox[0].attachments[0].content).hexdigest() == gone.digest
    leave_something(cast.ours)
    call_command("delete_firms")
    assert tables_that_name(cast.ours) <= REMEMBERED and list(files_of(cast.ours.organization.pk)) == []
    with cast.theirs.inside():
        assert cache.get("number") == 1

    forget_account(cast.ours.viewer.user_id)
    forget_trail(cast.ours)
    outcome = bring(io.BytesIO(written), checksum=checksum)
    assert outcome.made == [cast.ours.viewer.email]
    again, _ = exported(cast.ours)
    (first, first_trail), (second, second_trail) = contents(written), contents(again)
    assert second == first
    assert all(first_trail[path] <= second_trail[path] for path in first_trail)
    with tenant(cast.ours.organization.pk):
        assert chain.verify().problem == ""
        assert not OrganizationDomain.objects.exclude(verified_at=None).exists(), "Domains are proven anew."
    assert rows_of(cast.theirs) == others

    lost = next(files_of(cast.ours.organization.pk))
    default_storage.delete(lost)
    outcome = bring(io.BytesIO(written))
    assert (outcome.was_here, outcome.files) == (True, 1) and default_storage.exists(lost)


def changed(written, path, change, *, forged=True):
    """`change` makes other bytes of a part, or a list of parts; a forger knows how checksums are made."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        manifest = json.loads(parts.pop("manifest.json"))
        parts[path] = change(parts.get(path, b""))
        if forged:
            manifest["contents"][path] = {"sha256": hashlib.sha256(parts[path]).hexdigest()}
        for name, part in (parts | {"manifest.json": json.dumps(manifest).encode()}).items():
            new.writestr(name, part)
    file.seek(0)
    return file


def rows_changed(**values):
    def change(old):
        return b"".join(json.dumps(json.loads(line) | values).encode() + b"\n" for line in old.splitlines())

    return change


def test_whatever_was_done_to_an_export_it_is_refused_with_a_sentence_and_leaves_nothing(cast, tmp_path, monkeypatch):
    make_ready_to_go(cast.ours)
    written, _ = exported(cast.ours)
    call_command("delete_firms")
    theirs = str(cast.theirs.organization.pk)
    clients = "tables/clients.jsonl"
    outside = f"files/org/{cast.ours.organization.pk}/../{theirs}/plan.pdf"
    forgeries = [
        (clients, rows_changed(organization_id=theirs), "clients is of another firm"),
        (clients, rows_changed(is_loved=True), "clients has other columns"),
        (clients, rows_changed(created_at="soon"), "“soon” value has an invalid format"),
        (clients, rows_changed(access="everybody"), "it breaks client"),
        (clients, lambda old: b"[]\n", "A row of clients cannot be read"),
        (clients, lambda old: b" " * 2_000, "holds more in one piece"),
        ("tables/organizations.jsonl", rows_changed(slug="../admin"), "single hyphens"),
        ("tables/document_versions.jsonl", rows_changed(storage_key=f"org/{theirs}/plan.pdf"), "not the firm’s"),
        (outside, lambda old: b"%PDF", "is no file of the firm"),
        ("schema.json", lambda old: b"[" * 500, "cannot be read"),
        ("names.json", lambda old: b'{"users": {"1": ["a"]}}', "cannot be read"),
    ]
    assert_refused(changed(written, clients, lambda old: old + b"{}\n", forged=False), "is not what was exported")
    assert_refused(io.BytesIO(written[: len(written) // 2]), "no export of a firm")
    twice = io.BytesIO(written)
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(clients, b"")
    assert_refused(twice, "or twice")
    monkeypatch.setattr("clients.firm_archive.LARGE", 100_000)
    assert_refused(changed(written, outside, lambda old: b"0" * 20_000_000), "times as large")
    for path, change, sentence in forgeries:
        if sentence.startswith("holds more"):
            monkeypatch.setattr("clients.firm_archive.LONGEST", 1_000)
        assert_refused(changed(written, path, change), sentence)
        monkeypatch.setattr("clients.firm_archive.LONGEST", 64 * 1024 * 1024)
    with pytest.raises(ImportRefused, match="another export"):
        bring(io.BytesIO(written), checksum="0" * 64)
    with surface(OWNER), all_tenants(reason="test"):
        EmailAddress.objects.filter(email=cast.ours.owner.email).update(verified=False)
    assert_refused(io.BytesIO(written), "whose address nobody has confirmed")
    with surface(OWNER), all_tenants(reason="test"):
        EmailAddress.objects.filter(email=cast.ours.owner.email).update(verified=True)
    with surface(OWNER), tenant(cast.theirs.organization.pk):
        OrganizationSlug.objects.create(slug=cast.ours.organization.slug, organization_id=cast.theirs.organization.pk)
    (tmp_path / "firm.zip").write_bytes(written)
    with pytest.raises(CommandError, match=r"is taken here.*Nothing was brought in"):
        call_command("import_firm", str(tmp_path / "firm.zip"))
    with surface(OWNER), tenant(cast.ours.organization.pk):
        assert not Organization.objects.exists()
    assert list(files_of(cast.ours.organization.pk)) == []


def assert_refused(file, sentence):
    with pytest.raises(ImportRefused, match=re.escape(sentence)), transaction.atomic():
        bring(file)


def test_every_row_of_the_platform_that_a_firm_names_has_a_name_of_its_own():
    named = {field.related_model for model in tenant_models() for field in model._meta.concrete_fields} - {None, User}
    outside = {model._meta.label for model in named - set(tenant_models())}
    assert outside == firm_names.KNOWN_BY.keys()
    assert {model._meta.db_table for model in platform_models()} >= {"organization_slugs", "verified_domains"}


def test_on_a_cluster_no_firm_is_brought_in(settings, tmp_path):
    settings.TENANCY_CITUS = True
    with pytest.raises(CommandError, match="cannot be brought into one"):
        call_command("import_firm", str(tmp_path / "firm.zip"))

"""A whole firm, every table of it, arrives as it was."""

import csv
import json

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder

from clients.models import Client, DocumentVersion, InformationRequest, RequestList
from config.adopting.tables import FILE, NAMES, TABLES
from config.demo.builder import build_firm
from config.demo.firms import OKAFOR
from config.tests.adopting.sets import SLUG, adopt, counted
from organizations.lookups import organization_by_slug
from organizations.models import Membership, Organization
from tenancy.context import tenant
from tenancy.expected import tenant_models
from workspaces.models import Task

pytestmark = pytest.mark.django_db


def export(firm_id, folder):
    """Every adoptable row of a firm, as another installation would hand it over."""
    with tenant(firm_id):
        firm = Organization.objects.get()
        told = {"name": firm.name, "brand_colors": firm.brand_colors, "timezone": firm.timezone}
        (folder / "organization.json").write_text(json.dumps(told))
        for table in TABLES:
            rows = [cells(table, row, folder) for row in table.model._base_manager.order_by("pk")]
            if rows:
                with (folder / f"{table.name}.csv").open("w", newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]))
                    writer.writeheader()
                    writer.writerows(rows)


def cells(table, row, folder):
    found = {}
    for column in table.columns.values():
        if column is FILE:
            name = f"{row.pk}.{row.document.name.rpartition('.')[2]}"
            (folder / "files").mkdir(exist_ok=True)
            (folder / "files" / name).write_bytes(default_storage.open(row.storage_key).read())
            found["file"] = name
        else:
            said = getattr(row, column.field.attname)
            found[column.name] = json.dumps(said, cls=DjangoJSONEncoder) if isinstance(said, dict) else said
    return found


def shape(firm_id):
    """What the firm holds, in words that do not depend on ids."""
    with tenant(firm_id):
        asks = InformationRequest.objects.select_related("request_list__client", "assigned_to", "reviewed_by")
        return {
            "requests": sorted(
                (r.request_list.client.name, r.reference, r.title, r.status, str(r.assigned_to), str(r.reviewed_by),
                 r.submitted_at, r.answer_text, r.events.count(), r.request_documents.count())
                for r in asks
            ),
            "lists": sorted(RequestList.objects.values_list("title", "last_number", "project__name", "created_at")),
            "versions": sorted(DocumentVersion.objects.values_list("document__name", "number", "sha256", "size")),
            "tasks": sorted(Task.objects.values_list("project__name", "number", "title", "status", "assigned_to__email",
                                                     "steps__text", "waits__blocker__number", "time_entries__minutes"),
                            key=str),
            "members": sorted(Membership.objects.values_list("email", "role", "joined_at")),
            "clients": sorted(Client.objects.values_list("name", "code", "access", "year_end")),
        }  # fmt: skip


def test_a_whole_firm_arrives_as_it_was(tmp_path):
    build_firm(OKAFOR)
    source, folder = organization_by_slug(OKAFOR.slug), tmp_path / "whole"
    folder.mkdir()
    export(source, folder)
    before = counted(source)
    adopt(folder)
    firm = organization_by_slug(SLUG)
    assert shape(firm) == shape(source)
    assert counted(firm) == counted(source) == before
    assert "nothing was added" in adopt(folder)
    assert counted(firm) == before


def test_every_table_of_the_firms_is_adopted_or_left_out_for_a_reason():
    left_out = {
        "organization_domains": "proofs are made here",
        "client_imports": "imports of this installation", "client_import_rows": "imports of this installation",
        "list_preferences": "how members like their lists here", "client_merges": "merges are made here",
        "organizations": "organization.json", "invitations": "secrets", "access_tokens": "secrets", "support_grants": "consents given here",
        "client_portal_sessions": "secrets",
        **dict.fromkeys(
            sorted(m._meta.db_table for m in tenant_models() if m._meta.app_label == "billing"),
            "what this installation has counted and sold",
        ),
        "client_magic_link_tokens": "secrets", "reminder_mails": "what was sent from here", "reminder_items": "the same",
        "reminder_schedules": "set up here", "reminder_snoozes": "set up here", "portal_settings": "set up here",
        "colleague_invitations": "asked and answered here", "audit_logs": "the trail of this installation",
        "firm_exports": "copies made and deleted here", "firm_deletions": "wishes of this installation", "audit_chain_blocks": "seals over that trail", "audit_chain_checks": "answers about that trail",
        "document_contents": "read anew from the files", "document_scans": "checked anew",
        "document_intakes": "work of a moment", "partial_uploads": "work of a moment",
        "evidence_packages": "known by what was made here",
        **dict.fromkeys(
            sorted(m._meta.db_table for m in tenant_models() if m._meta.app_label == "conversations" and m not in NAMES),
            "what was told to whom, and how far they have read, begins here",
        ),
        **dict.fromkeys(
            sorted(m._meta.db_table for m in tenant_models() if m._meta.app_label == "workspaces" and m not in NAMES),
            "files are signed where they were made; tasks, hours and scopes begin here",
        ),
    }  # fmt: skip
    assert {model._meta.db_table for model in tenant_models() if model not in NAMES} == left_out.keys()


def test_the_page_about_adopting_is_fresh():
    call_command("adopting_docs", check=True)

"""What else a firm has beside its requests, in proportion to its clients: work, papers, talk and files."""

import json

import psycopg

from bench.load import MEMBERS, WORD, WORDS, fill
from workspaces.scoping import shape

TASKS, ENTRIES, PAPERS, ACCOUNTS, DOCUMENTS, COMMENTS = 10, 15, 20, 50, 10, 3
SESSION = {part: f"'{json.dumps(said)}'::jsonb" for part, said in shape.blank().items()}
GRID = """'{"grid": {"columns": [{"id": "c1", "title": "Item", "type": "text"}, {"id": "c2", "title": "Sum", "type": "figure"}],
"rows": [{"id": "r1", "kind": "", "cells": {"c1": {"text": "Bank"}, "c2": {"amount": 120000}}}]}}'::jsonb"""

#: The first member of each firm may do everything; each tenth request is talked about.
CHANGES = (
    "UPDATE organization_memberships m SET role = 'owner' FROM staff s WHERE s.id = m.id AND s.k = 1",
    "UPDATE requests SET thread_id = gen_random_uuid() WHERE number % 10 = 1",
)

OWN = {"organization": "t.organization_id", "id": "gen_random_uuid()"}


def somebody(n: str) -> str:
    """One of the firm's members for each number."""
    return f"JOIN staff m ON m.organization_id = t.organization_id AND m.k = 1 + {n} % {MEMBERS}"


ROWS: list[tuple[str, dict[str, str], str]] = [
    (
        "accounts.User", {"id": "user_id", "email": "id || '@firm.example'", "full_name": "display_name"},
        "organization_memberships",
    ),
    (
        "clients.ClientAssignment", {**OWN, "client": "t.client", "member": "m.id", "is_lead": "true"},
        f"place t {somebody('t.k')}",
    ),
    (
        "clients.Project",
        {**OWN, "name": "'Audit ' || t.k", "client": "t.client", "lead": "m.id", "status": "'active'"},
        f"place t {somebody('t.k')}",
    ),
    ("workspaces.ProjectMember", {**OWN, "project": "t.id", "member": "t.lead_id"}, "projects t"),
    (
        "workspaces.Task",
        {
            **OWN, "project": "t.id", "number": "n", "position": "n * 1024", "title": WORDS, "assigned_to": "m.id",
            "due_date": "current_date + n * 3 - 10", "status": "CASE WHEN n % 4 = 0 THEN 'done' ELSE 'todo' END",
            "done_at": "CASE WHEN n % 4 = 0 THEN now() END",
        },
        f"projects t CROSS JOIN generate_series(1, {TASKS}) n {somebody('n')}",
    ),
    (
        "workspaces.TaskStep", {**OWN, "task": "t.id", "position": "n", "text": WORDS},
        "tasks t, generate_series(1, 2) n WHERE t.number % 3 = 1",
    ),
    (
        "workspaces.TaskDependency", {**OWN, "task": "t.id", "blocker": "b.id"},
        "tasks t JOIN tasks b USING (organization_id, project_id) WHERE t.number % 3 = 0 AND b.number = t.number - 1",
    ),
    (
        "workspaces.TimeEntry",
        {**OWN, "member": "m.id", "project": "t.id", "day": "current_date - n", "minutes": "15 * n", "note": WORDS},
        f"projects t CROSS JOIN generate_series(1, {ENTRIES}) n {somebody('n')}",
    ),
    (
        "workspaces.Binder", {**OWN, "project": "t.id", "period_end": "date '2025-12-31'"},
        "(SELECT *, row_number() OVER (PARTITION BY organization_id) AS n FROM projects) t WHERE n % 2 = 1",
    ),
    (
        "workspaces.Workpaper",
        {
            **OWN, "binder": "t.id", "section": "'B'", "reference": "'B-' || n", "sort_key": "'1B.' || lpad(n::text, 5, '0')",
            "position": "n", "title": WORDS, "body": GRID, "content_hash": "repeat('0', 64)",
        },
        f"binders t, generate_series(1, {PAPERS}) n",
    ),
    (
        "workspaces.WorkpaperVersion",
        {**OWN, "workpaper": "t.id", "number": "1", "title": "t.title", "body": "t.body", "content_hash": "t.content_hash"},
        "workpapers t",
    ),
    (
        "workspaces.SignOff",
        {
            **OWN, "workpaper": "t.id", "role": "'preparer'", "member": "m.id", "signed_at": "now()",
            "content_hash": "t.content_hash", "version": "1",
        },
        f"workpapers t {somebody('t.position')} WHERE t.position % 2 = 0",
    ),
    (
        "workspaces.ReviewNote", {**OWN, "workpaper": "t.id", "text": WORDS, "raised_by": "m.id"},
        f"workpapers t {somebody('t.position')} WHERE t.position % 4 = 1",
    ),
    ("conversations.Thread", {**OWN, "id": "t.thread_id", "audience": "'client'"}, "requests t WHERE thread_id IS NOT NULL"),
    (
        "conversations.Comment",
        {
            **OWN, "thread": "t.thread_id", "audience": "'client'", "member": "m.id", "author_name": "'Member ' || m.k",
            "body": WORDS, "submission": "gen_random_uuid()",
        },
        f"requests t CROSS JOIN generate_series(1, {COMMENTS}) n {somebody('(t.number / 10 + n)')} WHERE t.thread_id IS NOT NULL",
    ),
    (
        "conversations.Notification",
        {
            **OWN, "member": "m.id", "event": "'mentioned'", "subject_kind": "'request'", "subject_id": "t.id",
            "source_id": "gen_random_uuid()", "actor_name": "'Member 2'", "actor_side": "'firm'", "why": "'mentioned'",
            "read_at": "CASE WHEN t.number % 4 > 0 THEN now() END",
        },
        f"requests t {somebody('t.number')} WHERE t.number % 2 = 0",
    ),
    (
        "clients.Document", {**OWN, "client": "t.client", "name": f"'File ' || {WORD} || '.pdf'"},
        f"place t, generate_series(1, {DOCUMENTS}) n",
    ),
    (
        "clients.DocumentVersion",
        {
            **OWN, "document": "t.id", "sha256": "md5(t.id::text) || md5(t.name)", "size": "120000",
            "content_type": "'application/pdf'", "storage_key": "'org/' || t.organization_id || '/' || t.id",
        },
        "documents t",
    ),
    (
        "clients.RequestDocument", {**OWN, "request": "r.id", "document": "t.id"},
        """
        (SELECT *, row_number() OVER (PARTITION BY organization_id, client_id) AS n FROM documents) t
        JOIN request_lists l ON l.organization_id = t.organization_id AND l.client_id = t.client_id
        JOIN requests r ON r.organization_id = t.organization_id AND r.request_list_id = l.id AND r.number = t.n
        """,
    ),
    (
        "workspaces.TrialBalance", {**OWN, "binder": "t.id", "as_of": "t.period_end"}, "binders t",
    ),
    (
        "workspaces.TrialBalanceLine",
        {
            **OWN, "trial_balance": "t.id", "position": "n", "code": "(1000 + n)::text", "name": WORDS,
            "amount": "CASE WHEN n % 2 = 0 THEN 501 ELSE -501 END",
        },
        f"trial_balances t, generate_series(1, {ACCOUNTS}) n",
    ),
    ("workspaces.JournalEntry", {**OWN, "binder": "t.id", "number": "1", "description": WORDS, "entry_date": "t.period_end"}, "binders t"),
    (
        "workspaces.JournalEntryLine",
        {**OWN, "entry": "t.id", "position": "n", "code": "(1000 + n)::text", "amount": "CASE WHEN n = 1 THEN 700 ELSE -700 END"},
        "journal_entries t, generate_series(1, 2) n",
    ),
    (
        "workspaces.ScopingSession",
        {
            **OWN, "uuid": "gen_random_uuid()", "id": "t.k", "title": WORDS, "client": "t.client", "owner": "m.id",
            "session_objects": SESSION["structuring"], "sow_objects": SESSION["sow"], "loe_objects": SESSION["loe"],
            "diagram_texts_json": SESSION["visuals"],
        },
        f"place t {somebody('t.k')} WHERE t.k % 5 = 1",
    ),
    # What a firm has a handful of, whatever its size.
    ("clients.ClientTag", {**OWN, "name": "'Tag ' || t.k"}, "staff t"),
    ("clients.RequestTemplate", {**OWN, "name": "'Year-end ' || t.k"}, "staff t"),
    (
        "clients.RequestTemplateItem", {**OWN, "template": "t.id", "position": "n", "title": WORDS},
        "request_templates t, generate_series(1, 40) n",
    ),
    ("clients.SavedView", {**OWN, "member": "t.id", "list": "'clients'", "name": "'Year end December'", "query": "'year_end=12'"}, "staff t"),
    ("clients.ClientImport", {**OWN, "name": "'clients.csv'", "status": "'done'", "finished_at": "now()"}, "staff t"),
    ("workspaces.ProjectTemplate", {**OWN, "name": "'Payroll ' || t.k"}, "staff t"),
    (
        "workspaces.ProjectTemplateTask", {**OWN, "template": "t.id", "position": "n", "title": WORDS},
        "project_templates t, generate_series(1, 20) n",
    ),
    ("workspaces.Tickmark", {**OWN, "code": "'a'", "mark": "'agreed'", "meaning": "'Agreed to the ledger'"}, "staff t WHERE t.k = 1"),
    ("workspaces.RateCard", {**OWN, "valid_from": "date '2025-01-01' + t.k"}, "staff t"),
    (
        "workspaces.RateCardLine",
        {**OWN, "card": "t.id", "position": "n", "role": "'Role ' || n", "cost": "6000", "price": "14500"},
        "rate_cards t, generate_series(1, 5) n",
    ),
    ("organizations.CustomRole", {**OWN, "name": "'Seniors ' || t.k"}, "staff t"),
]  # fmt: skip


def add_work(admin: psycopg.Connection) -> None:
    for statement in CHANGES:
        admin.execute(statement.encode())
    for label, given, source in ROWS:
        fill(admin, label, given, source)

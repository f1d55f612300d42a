"""What a line of the audit trail says, in words a person uses."""

from dataclasses import dataclass

from django.apps import apps
from django.db import models

from audit.models import AuditLog
from tenancy.expected import tenant_models


@dataclass(frozen=True)
class Action:
    word: str
    icon: str
    turn: str = "idle"


#: What the trail calls it → how it is told. What is not here is told by its own name.
ACTIONS = {
    "insert": Action("Added", "plus"),
    "update": Action("Changed", "pencil"),
    "delete": Action("Deleted", "trash"),
    "login": Action("Signed in", "login"),
    "logout": Action("Signed out", "logout"),
    "login_failed": Action("Failed sign-in", "shield-exclamation", "late"),
    "factor_failed": Action("Failed second factor", "shield-exclamation", "late"),
    "token_issued": Action("Signed in a program", "login"),
    "sign_in_paused": Action("Paused sign-in", "shield-exclamation", "late"),
    "reveal": Action("Revealed", "eye", "client"),
    "download": Action("Downloaded", "download"),
    "preview": Action("Looked at", "eye"),
    "export": Action("Exported", "file-export"),
    "exported": Action("Exported", "file-export"),
    "packed": Action("Put in a package", "package"),
    "share": Action("Shared", "share"),
    "accept": Action("Accepted", "check"),
    "freeze": Action("Froze a version", "lock"),
    "purge": Action("Purged", "trash"),
    "keep": Action("Kept on hold", "lock"),
    "adopt": Action("Brought in", "upload"),
    "import_firm": Action("Brought in", "upload"),
    "roll_forward": Action("Rolled forward", "history"),
    "support_view": Action("Looked in as support", "eye", "client"),
    "support_refused": Action("Support refused", "shield-exclamation", "late"),
}
#: New rows that are a deed of their own.
DEEDS = {
    "document_versions": Action("Uploaded", "upload"),
    "client_portal_sessions": Action("Opened portal", "login"),
    "comments": Action("Wrote", "message"),
    "time_entries": Action("Booked time", "clock"),
}
#: Table and column → what its new value makes of a change; `None` whatever it is.
STEPS: dict[tuple[str, str], dict[str | None, Action]] = {
    ("requests", "status"): {
        "pending": Action("Asked", "send"),
        "submitted": Action("Submitted", "send"),
        "returned": Action("Returned", "arrow-back-up"),
        "accepted": Action("Accepted", "check"),
        "waived": Action("Waived", "minus"),
    },
    ("organization_memberships", "role"): {None: Action("Changed role", "key")},
    ("organization_memberships", "status"): {"suspended": Action("Suspended", "hand-stop", "late")},
}
#: What somebody who looks for trouble looks at first.
SECURITY_ACTIONS = [
    "login", "logout", "login_failed", "factor_failed", "token_issued", "sign_in_paused", "reveal", "export", "exported", "download", "share", "support_view",
    "support_refused", "purge",
]  # fmt: skip
SECURITY_RECORDS = [
    "organization_memberships", "roles", "membership_roles", "access_tokens", "invitations", "client_walls", "project_walls",
    "client_grants", "project_grants", "support_grants", "organization_domains", "client_portal_sessions",
]  # fmt: skip
#: Columns that name a row, the best first.
NAMES = ("display_name", "name", "title", "subject", "reference", "label", "email", "domain", "number")


def action_of(line: AuditLog) -> Action:
    return told(line) or ACTIONS.get(line.action) or Action(line.action.replace("_", " ").capitalize(), "history")


def told(line: AuditLog) -> Action | None:
    """What a change of a row was to a person, where that is more than a change."""
    values = line.new_values or {}
    if line.action == "insert" and line.resource_type == "sign_offs":
        return Action(f"Signed as {values.get('role')}", "signature")
    if line.action == "insert":
        return DEEDS.get(line.resource_type)
    if line.action != "update":
        return None
    if "deleted_at" in values:
        return ACTIONS["delete"] if values["deleted_at"] else Action("Restored", "arrow-back-up")
    for (table, column), steps in STEPS.items():
        if table == line.resource_type and column in values:
            return steps.get(values[column]) or steps.get(None)
    return None


def record_kinds() -> dict[str, str]:
    """Table → what one of its rows is called."""
    return {model._meta.db_table: capitalised(model) for model in tenant_models() if model._meta.app_label != "audit"}


def record_word(table: str) -> str:
    return record_kinds().get(table) or table.replace("_", " ").capitalize()


def capitalised(model: type[models.Model]) -> str:
    words = str(model._meta.verbose_name)
    return words[:1].upper() + words[1:]


def model_of(table: str) -> type[models.Model] | None:
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


def naming_column(model: type[models.Model]) -> str:
    columns = {field.name for field in model._meta.concrete_fields if not getattr(field, "sensitive", False)}
    return next((name for name in NAMES if name in columns), "")

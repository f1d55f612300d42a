"""How many sessions a firm has, for its plan; and of which client the ids in addresses of its work are."""

from django.db.models import Model

from billing import figures, frozen, measures, plan_permissions
from billing.features import F
from workspaces.models import (
    Binder,
    BinderCopy,
    CrossReference,
    JournalEntry,
    ReviewNote,
    ScopingSession,
    SignOff,
    Task,
    TaskDependency,
    TaskStep,
    TimeEntry,
    Workpaper,
)
from workspaces.scoping import counting

WAYS: dict[str, tuple[type[Model], str]] = {
    "binder_id": (Binder, "project__client_id"),
    "copy_id": (BinderCopy, "binder__project__client_id"),
    "entry_id": (JournalEntry, "binder__project__client_id"),
    "workpaper_id": (Workpaper, "binder__project__client_id"),
    "deleted_paper_id": (Workpaper, "binder__project__client_id"),
    "note_id": (ReviewNote, "workpaper__binder__project__client_id"),
    "cross_reference_id": (CrossReference, "workpaper__binder__project__client_id"),
    "sign_off_id": (SignOff, "workpaper__binder__project__client_id"),
    "task_id": (Task, "project__client_id"),
    "deleted_task_id": (Task, "project__client_id"),
    "step_id": (TaskStep, "task__project__client_id"),
    "dependency_id": (TaskDependency, "task__project__client_id"),
    "time_entry_id": (TimeEntry, "project__client_id"),
    "scoping_id": (ScopingSession, "client_id"),
    "deleted_scoping_id": (ScopingSession, "client_id"),
}


def register() -> None:
    measures.register(F.SCOPING_SESSIONS, counting.sessions)
    frozen.register(F.SCOPING_SESSIONS, counting.nth_session)
    figures.name_sessions.append(counting.names)
    plan_permissions.ways.update(WAYS)

"""Saving a session place by place: never over somebody else's words.

Each change says which version its writer had seen at that place. Where nobody else has changed the place since, it
stands; where somebody has, both are shown and the writer decides. So two people meet only where they wrote the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from billing import usage
from billing.entitlements import require, require_open
from billing.features import F
from conversations.live.topics import publish
from organizations.models import Membership, Organization
from tenancy import locking
from tenancy.context import current_tenant_id
from workspaces.models import ScopingSession, SessionVersion
from workspaces.scoping import shape, statement, undoing, versions
from workspaces.scoping.shape import Document
from workspaces.scoping.values import BadValue

TOPIC = "scoping"
#: What a session is about: places beside those of its document.
ABOUT = ("title", "client", "session_type", "owner", "tags")


@dataclass(frozen=True)
class Change:
    """What somebody typed at a place, and the version they had seen there."""

    path: str
    typed: str
    seen: int


@dataclass(frozen=True)
class Conflict:
    """Two people wrote at the same place. `is_gone`: the other one removed the row."""

    path: str
    typed: str
    stored: str
    by: UUID | None
    is_gone: bool = False


@dataclass
class Outcome:
    """What became of a save. What is neither wrong nor in conflict is saved."""

    session: ScopingSession
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


@transaction.atomic
def create(session: ScopingSession, *, by: Membership, document: Document | None = None) -> ScopingSession:
    """Store a new session with its first version, and count it."""
    if session.session_type != ScopingSession.Kind.TEMPLATE:
        require(F.SCOPING_SESSIONS, adding=1)
    session.id, session.created_by, session.owner = _next_number(), by, session.owner or by
    session.document = shape.completed(document or {})
    session.is_template = session.session_type == ScopingSession.Kind.TEMPLATE
    session.saved_at, session.saved_by = timezone.now(), by
    session.save(force_insert=True)
    versions.add(session, by)
    publish(TOPIC, session.pk)
    usage.record("session_create", key=f"session_create {session.pk}", member=by, session_uuid=session.pk)
    return session


@transaction.atomic
def describe(session: ScopingSession, *, by: Membership) -> ScopingSession:
    """Store what a session is about. That is a save like any other: whoever has read the version before is told."""
    stored = locked(session)
    written = [name for name in ABOUT if getattr(stored, name) != getattr(session, name)]
    for name in written:
        setattr(stored, name, getattr(session, name))
    was_template, stored.is_template = stored.is_template, stored.session_type == ScopingSession.Kind.TEMPLATE
    if was_template and not stored.is_template:
        require(F.SCOPING_SESSIONS, adding=1)
    if written:
        _store(stored, stored.document, written, by)
    return stored


def _next_number() -> int:
    """Of two who make a session the second waits. What is gone for good keeps its number."""
    with connection.cursor() as cursor:
        key = f"scoping numbers {current_tenant_id()}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    last: int = ScopingSession.with_deleted.aggregate(last=Max("id", default=0))["last"]
    return max(last, *Organization.objects.values_list("last_session_number", flat=True)) + 1


@transaction.atomic
def save(session: ScopingSession, changes: Iterable[Change], *, by: Membership) -> Outcome:
    stored = locked(session)
    outcome, document, taken = Outcome(stored), shape.completed(stored.document), []
    for change in changes:
        if (problem := _take(stored, document, change)) is None:
            continue
        if problem == "":
            taken.append(change.path)
        elif isinstance(problem, Conflict):
            outcome.conflicts.append(problem)
        else:
            outcome.errors[change.path] = problem
    if taken:
        statement.keep_basis(document, taken)
        _store(stored, document, taken, by)
    return outcome


def _take(session: ScopingSession, document: Document, change: Change) -> str | Conflict | None:
    """ "" when the change is now in the document, None where it changes nothing, else what stands against it."""
    try:
        _, value = shape.value_at(change.path)
        wanted = value.parse(change.typed)
    except KeyError:
        return None
    except BadValue as error:
        return str(error)
    where, name = shape.holder(document, change.path), change.path.rpartition(".")[2]
    version, writer = session.field_marks.get(change.path, [0, None])
    if where is None:
        return Conflict(change.path, change.typed, "", None, is_gone=True)
    if where[name] == wanted:
        return None
    if version > change.seen:
        return Conflict(change.path, change.typed, value.typed(where[name]), UUID(writer) if writer else None)
    where[name] = wanted
    return ""


@transaction.atomic
def reshape(session: ScopingSession, change: Callable[[Document], list[str]], *, by: Membership) -> ScopingSession:
    """Add, move or remove rows. `change` works on the document and names the places it has written."""
    stored = locked(session)
    document = shape.completed(stored.document)
    before = shape.completed(stored.document)
    written = change(document)
    if document != before:
        _store(stored, document, written, by)
    return stored


@transaction.atomic
def put_back(session: ScopingSession, version: SessionVersion, *, by: Membership) -> ScopingSession:
    """Make an earlier version the newest. What stood there until now has a version of its own already."""
    stored = locked(session)
    document, now = shape.completed(version.document), dict(shape.places(shape.completed(stored.document)))
    changed = [path for path, value in shape.places(document) if now.get(path) != value]
    changed += ["title"] if stored.title != version.title else []
    stored.title, stored.steps = version.title, []
    _store(stored, document, changed, by, name=f"Restored from version {version.number}", is_step=False)
    return stored


@transaction.atomic
def take_back(session: ScopingSession, part: str, *, by: Membership, again: bool = False) -> bool:
    """Undo what this member did last on a page, or do `again` what they undid. False where there is nothing."""
    stored = locked(session)
    step = undoing.next_step(stored.steps, part, str(by.pk), undone=again)
    if step is None:
        return False
    document = shape.completed(stored.document)
    written = undoing.turn(document, step, back=not again)
    step["undone"] = not again
    _store(stored, document, written, by, is_step=False)
    return True


@transaction.atomic
def name_version(session: ScopingSession, name: str, *, by: Membership, number: int | None = None) -> SessionVersion:
    """Give a version a name, or what stands there now; it then stays as it is."""
    stored = locked(session)
    known = SessionVersion.objects.filter(session=stored).order_by("-number")
    version = known.filter(number=number).first() if number else known.first()
    if version is None or (version.name and not number):
        stored.version += 1
        stored.save(update_fields=["version"])
        version = versions.add(stored, by)
    version.name = name
    version.save(update_fields=["name"])
    return version


def locked(session: ScopingSession) -> ScopingSession:
    """For a change by the firm. A template takes no place, and is never one too many."""
    stored = held(session)
    if not stored.is_template:
        require_open(F.SCOPING_SESSIONS, stored.pk, stored.organization)
    return stored


def held(session: ScopingSession) -> ScopingSession:
    """For what a client does: that waits for no plan."""
    return locking.held(
        ScopingSession.objects.select_related("client", "owner", "organization"), session.pk, no_key=True
    )


def _store(
    session: ScopingSession,
    document: Document,
    paths: list[str],
    by: Membership,
    name: str = "",
    *,
    is_step: bool = True,
) -> None:
    if is_step:
        session.steps = undoing.remembered(
            session.steps, shape.completed(session.document), shape.completed(document), str(by.pk)
        )
    session.document = document
    session.version += 1
    session.saved_at, session.saved_by = timezone.now(), by
    living = {path for path, _ in shape.places(shape.completed(document))}.union(ABOUT)
    marks = session.field_marks | {path: [session.version, str(by.pk)] for path in paths}
    session.field_marks = {path: mark for path, mark in marks.items() if path in living}
    session.save()
    versions.keep(session, by, name)
    publish(TOPIC, session.pk)

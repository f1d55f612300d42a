"""What programs send, and what is done with it: nothing over somebody else's words, and all of it or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Schema

from look.reader import HOUSE, reading_as
from organizations.models import Membership
from organizations.operations import Problem
from workspaces.api import reading
from workspaces.api.reading import Kind
from workspaces.forms.scoping import ScopingSessionForm
from workspaces.models import ScopingSession
from workspaces.scoping import rows, saving, shape
from workspaces.scoping.page import visible
from workspaces.scoping.saving import Change

IF_MATCH = "The ETag of the session as you have read it."
LISTS = {f"{part}.{name}" for part, lists in shape.ROWS.items() for name in lists}


class Row(Schema):
    list: str = Field(description="The list it goes to, such as loe.lines.")
    id: str = Field(pattern="^[a-z0-9]{1,12}$", description="A name of your own, so that a second try adds nothing.")
    after: str = Field("", description="The id of the row before it; otherwise it comes last.")


class MovedRow(Schema):
    list: str = Field(description="The list it is in.")
    id: str
    after: str = Field("", description="The id of the row it is to follow; otherwise it comes first.")


class Content(Schema):
    """Changes of the document, in this order: rows removed, rows added, rows moved, places written."""

    removed: list[str] = Field([], max_length=500, description="Rows, such as loe.lines.4f2a.")
    added: list[Row] = Field([], max_length=500)
    moved: list[MovedRow] = Field([], max_length=500)
    places: dict[str, str] = Field(
        {}, description="Place to text, such as structuring.outcome or loe.lines.4f2a.likely.", max_length=5000
    )


class NewSession(Content):
    id: UUID | None = Field(None, description="An id of your own, so that a second try makes nothing.")
    title: str
    client: UUID | None = None
    type: Kind = "solution"
    owner: UUID | None = None
    tags: list[str] = []
    template: UUID | None = Field(None, description="A template it begins with.")


class ChangedSession(Content):
    title: str | None = None
    client: UUID | None = None
    type: Kind | None = None
    owner: UUID | None = None
    tags: list[str] | None = None


ABOUT = ("title", "client", "type", "owner", "tags")


@contextmanager
def whole_or_nothing() -> Iterator[None]:
    """Figures are read as the house writes them, whatever the token's person reads; a refusal leaves nothing behind."""
    with reading_as("", HOUSE), transaction.atomic():
        yield


def create(body: NewSession, *, by: Membership) -> tuple[ScopingSession, bool]:
    """The session, and whether it is new: under an id that was used before the one made then is found."""
    known = visible(by)
    data = _as_typed(body.dict(include={*ABOUT, "template"})) | {"key": str(body.id or "")}
    data["owner"] = data["owner"] or str(by.pk)
    form = ScopingSessionForm(data, instance=ScopingSession(), member=by)
    if made := form.made_before(known):
        return made, False
    session = _saved(form, known)
    write(session, body, by=by)
    return known.get(pk=session.pk), True


def change(session: ScopingSession, body: ChangedSession, *, by: Membership) -> ScopingSession:
    given = body.dict(include=set(ABOUT), exclude_unset=True)
    if given:
        stored = {
            "title": session.title, "client": session.client_id, "type": session.session_type,
            "owner": session.owner_id, "tags": session.tags,
        }  # fmt: skip
        seen = ScopingSessionForm(instance=session, member=by).initial["seen"]
        data = _as_typed(stored | given) | {"seen": seen}
        _saved(ScopingSessionForm(data, instance=session, member=by), visible(by))
    write(session, body, by=by)
    return visible(by).get(pk=session.pk)


def _as_typed(about: dict[str, Any]) -> dict[str, str]:
    typed = {name: "" if value is None else str(value) for name, value in about.items() if name not in ("type", "tags")}
    return typed | {"session_type": about["type"] or "", "tags": ", ".join(about["tags"] or [])}


def _saved(form: ScopingSessionForm, known: Any) -> ScopingSession:
    saved = form.save_once(known) if form.is_valid() else None
    if saved is None:
        raise refused({name: " ".join(map(str, found)) for name, found in form.errors.items()})
    session: ScopingSession = saved
    return session


def refused(errors: dict[str, str]) -> Problem:
    names = {"session_type": "type", "__all__": ""}
    told = [{"place": names.get(name, name), "sentence": sentence} for name, sentence in errors.items()]
    return Problem(422, "Some of what was sent cannot be taken. Nothing was saved.", errors=told)


# The document


def write(session: ScopingSession, content: Content, *, by: Membership) -> None:
    errors: dict[str, str] = {}
    for path in content.removed:
        if path.rpartition(".")[0] not in LISTS:
            errors[path] = "There is no such row."
        else:
            saving.reshape(session, rows.remove(*_row(path)), by=by)
    changes = [(row.list, row.id, rows.add(row.list, row.id, after=row.after)) for row in content.added]
    changes += [(row.list, row.id, rows.place(row.list, row.id, after=row.after)) for row in content.moved]
    for name, row_id, change in changes:
        try:
            _reshape(session, name, change, by)
        except rows.RowsRefused as problem:
            errors[f"{name}.{row_id}"] = str(problem)
    _write_places(session, content.places, errors, by)
    if errors:
        raise refused(errors)


def _row(path: str) -> tuple[str, str]:
    name, _, row_id = path.rpartition(".")
    return name, row_id


def _reshape(session: ScopingSession, name: str, change: rows.Change, by: Membership) -> None:
    if name not in LISTS:
        raise rows.RowsRefused(f"There is no such list. There are {', '.join(sorted(LISTS))}.")
    saving.reshape(session, change, by=by)


def _write_places(session: ScopingSession, places: dict[str, str], errors: dict[str, str], by: Membership) -> None:
    """The version was compared before, and the session is locked: what stands there is what the program has read."""
    errors |= {path: "There is no such place." for path in places if not shape.is_place(path)}
    newest = saving.locked(session).version
    outcome = saving.save(session, [Change(path, text, newest) for path, text in places.items()], by=by)
    errors |= outcome.errors
    errors |= {conflict.path: "There is no such row." for conflict in outcome.conflicts}


# Versions


def etag(session: ScopingSession) -> str:
    return f'"{session.version}"'


def tag(response: HttpResponse, session: ScopingSession) -> None:
    response.headers["ETag"] = etag(session)


def as_read(request: Any, scoping_id: UUID, if_match: str | None) -> ScopingSession:
    """The session, locked, if it still is as the program has read it."""
    rows_ = visible(request.member).select_related(None).select_for_update(of=("self",), no_key=True)
    session: ScopingSession = get_object_or_404(rows_, pk=scoping_id)
    if not if_match:
        raise Problem(428, "Say which version you have read: If-Match with its ETag.", version=session.version)
    named = [one.strip() for one in if_match.split(",")]
    if "*" not in named and etag(session) not in named:
        raise changed_since(session, named[0], request)
    return session


def changed_since(session: ScopingSession, named: str, request: Any) -> Problem:
    """With what stands there now, and the places written since, so that a program can decide and try again."""
    bare = named.strip('"')
    seen = int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 10 else 0
    differing = sorted(path for path, (version, _) in session.field_marks.items() if version > seen)
    return Problem(
        409, "Somebody has changed this session since you read it. Nothing was saved.",
        differing=differing, current=reading.whole(session, request.organization),
    )  # fmt: skip

"""A row that somebody has removed comes back for whoever was still writing in it: as it was, where it was."""

from contextlib import suppress
from functools import partial

from organizations.models import Membership
from workspaces.models import ScopingSession, SessionVersion
from workspaces.scoping import rows, saving, shape, undoing
from workspaces.scoping.undoing import Step


def put_row_back(session: ScopingSession, path: str, *, by: Membership) -> None:
    """`path` is a place in it."""
    parts = path.split(".")
    if len(parts) != 4 or parts[1] not in shape.ROWS.get(parts[0], {}):
        return
    with suppress(rows.RowsRefused):  # there is no room for it any more: its writer is asked again
        saving.reshape(session, change_of(session, path), by=by)


def change_of(session: ScopingSession, path: str) -> rows.Change:
    """Where nothing says any more what it was, it is a new one."""
    part, listed, row_id, _ = path.split(".")
    name = f"{part}.{listed}"
    step = undoing.removal_of(session.steps, name, row_id) or _from_versions(session, name, row_id)
    return partial(undoing.turn, step=step, back=True) if step else rows.add(name, row_id)


def _from_versions(session: ScopingSession, name: str, row_id: str) -> Step | None:
    """Out of the newest version that has it."""
    part, listed = name.split(".")
    versions = SessionVersion.objects.filter(
        session=session, **{f"document__{part}__{listed}__contains": [{"id": row_id}]}
    )
    version = versions.order_by("-number").first()
    if version is None:
        return None
    found = shape.rows_of(shape.completed(version.document), name)[1]
    row = next(row for row in found if row["id"] == row_id)
    return undoing.removal(name, row, [other["id"] for other in found])

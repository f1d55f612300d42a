"""The client's acceptance: once for each snapshot, with the project, the tasks and the requests that follow from it."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import log
from clients.models import InformationRequest, Project, RequestList
from conversations.live.topics import publish
from organizations.models import Membership
from workspaces.models import ScopingSession, SessionAcceptance, SessionShare, SessionSnapshot, ShareView, Task
from workspaces.projects.trash import free_name
from workspaces.scoping import saving, sharing
from workspaces.tasks import places


class Superseded(Exception):
    """A later version was accepted: what this one says is no longer what was agreed."""


@transaction.atomic
def accept(share: SessionShare, name: str, *, ip: str | None, agent: str) -> SessionAcceptance:
    """Whoever presses twice, or comes second, gets the first acceptance."""
    session = saving.locked(share.snapshot.session)
    if known := SessionAcceptance.objects.filter(snapshot=share.snapshot).first():
        return known
    earlier = last_accepted(session)
    if earlier and earlier.snapshot.number > share.snapshot.number:
        raise Superseded
    project = _project(session, share, earlier)
    made: SessionAcceptance = SessionAcceptance.objects.create(
        snapshot=share.snapshot, share=share, name=name, accepted_at=timezone.now(), ip=ip, agent=agent[:300],
        sha256=share.snapshot.sha256, project=project, request_list=_requests(session, project, share, earlier),
    )  # fmt: skip
    _tasks(project, share, earlier)
    sharing.note(share, ShareView.What.ACCEPTED, ip=ip, agent=agent)
    log.record("accept", made, session=str(session.pk), sha256=made.sha256, name=name)
    publish("project", project.pk)
    return made


def last_accepted(session: ScopingSession) -> SessionAcceptance | None:
    found = SessionAcceptance.objects.filter(snapshot__session=session).select_related("snapshot", "project")
    return found.order_by("-snapshot__number").first()


def _project(session: ScopingSession, share: SessionShare, earlier: SessionAcceptance | None) -> Project:
    """A change goes on in the project of what was accepted before, while that is there."""
    if earlier and earlier.project and earlier.project.deleted_at is None:
        return earlier.project
    owner = session.owner if session.owner and session.owner.status == Membership.Status.ACTIVE else share.created_by
    content = share.snapshot.content
    made: Project = Project.objects.create(
        name=free_name(session.title), client=session.client, lead=owner, created_by=share.created_by,
        description=content["structuring"]["outcome"][:2000], start_date=timezone.localdate(),
        budget_hours=Decimal(content["hours"]) or None,
    )  # fmt: skip
    return made


def _minutes(line: dict[str, Any]) -> int:
    return int(Decimal(line["exact"]) * 60)


def _tasks(project: Project, share: SessionShare, earlier: SessionAcceptance | None) -> None:
    """One for each line of work that is new; what was accepted before has its task already."""
    known = {line["id"] for line in _lines(earlier.snapshot)} if earlier else set()
    places.lock(project.pk)
    number, position = places.next_number(project.pk), places.at_the_end(project.pk)
    new = [line for line in _lines(share.snapshot) if line["id"] not in known and line["kind"] != "percent"]
    Task.objects.bulk_create(
        Task(
            project=project, number=number + at, position=position + at * places.STEP, title=line["title"] or "Work",
            description=line["phase"], estimate_minutes=_minutes(line) or None, created_by=share.created_by,
        )
        for at, line in enumerate(new)
    )  # fmt: skip


def _lines(snapshot: SessionSnapshot) -> list[dict[str, Any]]:
    return [line | {"phase": phase["title"]} for phase in snapshot.content["phases"] for line in phase["lines"]]


def _requests(
    session: ScopingSession, project: Project, share: SessionShare, earlier: SessionAcceptance | None
) -> RequestList | None:
    """What has to be answered before the work begins: open questions, and assumptions nobody has confirmed."""
    if session.client is None or (earlier and earlier.request_list_id):
        return None
    nodes = share.snapshot.document["structuring"]["nodes"]
    asked = [n for n in nodes if n["kind"] in ("question", "assumption") and n["state"] != "confirmed" and n["text"]]
    made: RequestList = RequestList.objects.create(
        title=f"Before we begin: {session.title}"[:200], client=session.client, project=project,
        created_by=share.created_by, last_number=len(asked),
    )  # fmt: skip
    InformationRequest.objects.bulk_create(
        InformationRequest(
            request_list=made, number=at, position=at, title=node["text"][:500], status=InformationRequest.Status.DRAFT,
            assigned_to=project.lead, created_by=share.created_by, category="Scoping",
        )
        for at, node in enumerate(asked, start=1)
    )  # fmt: skip
    return made

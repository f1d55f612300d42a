"""The client's acceptance: once for each snapshot, with the project, the tasks and the requests that follow from it."""

from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from audit import log
from clients.models import InformationRequest, Project, RequestList
from conversations.live.topics import publish
from organizations.models import Membership
from workspaces.models import ScopingSession, SessionAcceptance, SessionShare, ShareView, Task
from workspaces.projects.trash import free_name
from workspaces.scoping import following, freezing, saving, sharing
from workspaces.tasks import places


class NotAccepted(Exception):
    """A later version was accepted, so this one is no longer what was agreed; or the link has ended meanwhile."""


@transaction.atomic
def accept(share: SessionShare, name: str, *, ip: str | None, agent: str) -> SessionAcceptance:
    """Whoever presses twice, or comes second, gets the first acceptance."""
    if not _is_open(share):
        raise NotAccepted
    try:
        session = saving.held(share.snapshot.session)
    except Http404 as gone:
        raise NotAccepted from gone
    if known := SessionAcceptance.objects.filter(snapshot=share.snapshot).first():
        return known
    earlier = list(_accepted(session))
    if earlier and earlier[0].snapshot.number > share.snapshot.number:
        raise NotAccepted
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


def _is_open(share: SessionShare) -> bool:
    """Locked, so that whoever ends the link while somebody accepts comes before them or after them."""
    living = SessionShare.objects.living().select_for_update(of=("self",), no_key=True)
    return living.filter(pk=share.pk).first() is not None


def last_accepted(session: ScopingSession) -> SessionAcceptance | None:
    return _accepted(session).first()


def _accepted(session: ScopingSession) -> QuerySet[SessionAcceptance]:
    """The newest first."""
    found = SessionAcceptance.objects.filter(snapshot__session=session).select_related("snapshot", "project")
    return found.order_by("-snapshot__number")


def _project(session: ScopingSession, share: SessionShare, earlier: list[SessionAcceptance]) -> Project:
    """A change goes on in the newest project of what was accepted before that is there."""
    for before in earlier:
        if before.project and before.project.deleted_at is None:
            return before.project
    owner = session.owner if session.owner and session.owner.status == Membership.Status.ACTIVE else share.created_by
    content = share.snapshot.content
    made: Project = Project.objects.create(
        name=free_name(session.title), client=session.client, lead=owner, created_by=share.created_by,
        description=content["structuring"]["outcome"][:2000], start_date=timezone.localdate(),
        budget_hours=min(Decimal(content["hours"]), following.MOST_HOURS) or None,
    )  # fmt: skip
    return made


def _tasks(project: Project, share: SessionShare, earlier: list[SessionAcceptance]) -> None:
    """One for each line of work that is new to the project, or comes back to it and has no task there any more."""
    into_it = [before for before in earlier if before.project_id == project.pk]
    known = {line["id"] for before in into_it for line in following.lines(before.snapshot)}
    places.lock(project.pk)
    last = set[str]()
    if into_it:
        project.refresh_from_db(fields=["budget_hours"])  # somebody may have changed it until the lock was ours
        following.follow(project, into_it[0].snapshot, share.snapshot)
        last = {line["id"] for line in following.lines(into_it[0].snapshot)}
    there = set(Task.objects.filter(project=project).values_list("title", "description"))
    number, position = places.next_number(project.pk), places.at_the_end(project.pk)
    new = [
        line for line in following.lines(share.snapshot)
        if line["id"] not in last and not (line["id"] in known and (line["title"] or "Work", line["phase"]) in there)
    ]  # fmt: skip
    Task.objects.bulk_create(
        Task(
            project=project, number=number + at, position=position + at * places.STEP, title=line["title"] or "Work",
            description=line["phase"], estimate_minutes=following.minutes(line), created_by=share.created_by,
        )
        for at, line in enumerate(new)
    )  # fmt: skip


def _requests(
    session: ScopingSession, project: Project, share: SessionShare, earlier: list[SessionAcceptance]
) -> RequestList | None:
    """What has to be answered before the work begins, or goes on, and was not asked after an earlier acceptance.

    The plan is not asked whether it has room for one more list: a client acts here, who is never told of the firm's plan.
    What is one too many then keeps the firm, not the client, from adding others.
    """
    listed = (before.snapshot.document for before in earlier if before.request_list_id)
    known = {node["id"] for document in listed for node in freezing.open_nodes(document)}
    asked = [node for node in freezing.open_nodes(share.snapshot.document) if node["id"] not in known]
    if session.client is None or not asked:
        return None
    made: RequestList = RequestList.objects.create(
        title=f"Before we {'go on' if earlier else 'begin'}: {session.title}"[:200], client=session.client,
        project=project, created_by=share.created_by, last_number=len(asked),
    )  # fmt: skip
    InformationRequest.objects.bulk_create(
        InformationRequest(
            request_list=made, number=at, position=at, title=node["text"][:500], status=InformationRequest.Status.DRAFT,
            assigned_to=project.lead, created_by=share.created_by, category="Scoping",
        )
        for at, node in enumerate(asked, start=1)
    )  # fmt: skip
    return made

"""Who in the firm sees a project, why, and how that is changed. It never shows more than the sight of its client does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.db import transaction

from clients import client_access
from clients.client_access import AccessRefused, Answer, said_by_wall, viewers_of
from clients.models import InformationRequest, Project, ProjectGrant, ProjectWall, RequestList
from clients.models.project_access import VIEW
from organizations.models import Membership
from organizations.permission_sources import source
from organizations.permissions import PERMISSION_WORDS, Permission

#: Told in the same transaction of members who see a project no more: apps above give their open work back to nobody.
on_shut_out: list[Callable[[Project, list[Membership]], None]] = []


@dataclass(frozen=True)
class Facts:
    """What is stored about one project, read once for all members; `whole` knows its client's, too."""

    walls: dict
    granted: set
    client: client_access.Facts | None = None

    @classmethod
    def of(cls, project: Project) -> "Facts":
        walls = ProjectWall.objects.filter(project=project).select_related("member", "created_by")
        granted: set = set()
        if project.access == Project.Access.NAMED:
            grants = ProjectGrant.objects.filter(content_object=project, permission__codename=VIEW)
            granted = set(grants.values_list("user_id", flat=True))
        return cls({wall.member_id: wall for wall in walls}, granted)

    @classmethod
    def whole(cls, project: Project) -> "Facts":
        return replace(cls.of(project), client=client_access.Facts.of(project.client) if project.client else None)

    def are_open_to(self, member: Membership, project: Project) -> bool:
        """`open_to`, of this one project."""
        if member.pk in self.walls:
            return False
        return project.access == Project.Access.OPEN or member.sees_every_client or member.pk in self.granted


def explain(
    member: Membership, project: Project, facts: Facts | None = None, *, needs: Permission = Permission.VIEW_PROJECTS
) -> Answer:
    """The same question as `visible_to`, asked of one pair and answered in a sentence. A test holds the two together."""
    facts = facts or Facts.whole(project)
    if wall := facts.walls.get(member.pk):
        return Answer(False, said_by_wall(wall, "project"))
    answer = _by_client(member, project, facts, needs)
    if not answer.sees or project.access == Project.Access.OPEN:
        return answer
    if member.sees_every_client:
        return Answer(True, f"{member} is {member.get_role_display().lower()}: owners and admins see such projects.")
    if member.pk in facts.granted:
        return Answer(True, f"{member} is named on this project.")
    return Answer(False, f"Only people named on this project see it, and {member} is not.")


def _by_client(member: Membership, project: Project, facts: Facts, needs: Permission) -> Answer:
    if project.client is not None:
        answer = client_access.explain(member, project.client, facts.client, needs=needs)
        return Answer(True, f"It is of {project.client}. {answer.why}") if answer.sees else answer
    words, says = PERMISSION_WORDS[needs], source(member, needs)
    if not member.can(needs):
        return Answer(False, f"{member} may not: {words[0].lower()}{words[1:]}. {says}")
    return Answer(True, f"It belongs to the firm and to no client. {says}")


def viewers(project: Project, permission: Permission) -> list[Membership]:
    """The active members with the permission who see the project, by name: `visible_to`, the other way round."""
    if project.client is not None:
        return among(project, viewers_of(project.client, permission))
    members = Membership.objects.active().select_related("organization").with_roles()
    return among(project, [one for one in members.order_by("display_name", "id") if one.can(permission)])


def viewers_of_list(request_list: RequestList) -> list[Membership]:
    return among(request_list.project, viewers_of(request_list.client, Permission.VIEW_REQUESTS))


def among(project: Project | None, members: Iterable[Membership]) -> list[Membership]:
    """Of members who see the client, those to whom the project is open, too."""
    if project is None:
        return list(members)
    facts = Facts.of(project)
    return [member for member in members if facts.are_open_to(member, project)]


@transaction.atomic
def restrict(project: Project, access: str, *, naming: Iterable[Membership], by: Membership) -> None:
    """Open it to everybody who sees its client; or only to people named, who are at first those who work on it.

    Whoever restricts it is named, or would lose sight of it.
    """
    _lock(project)
    if project.access == access:
        return
    Project.objects.filter(pk=project.pk).update(access=access)
    project.access = access
    ProjectGrant.objects.filter(content_object=project).delete()
    if access == Project.Access.NAMED:
        facts = Facts.of(project)
        work_on_it = {member.pk: member for member in naming} | ({} if by.sees_every_client else {by.pk: by})
        for pk, member in work_on_it.items():
            if pk not in facts.walls:
                ProjectGrant.objects.assign_perm(VIEW, member, project)
        give_back(project, _not_named(project))


@transaction.atomic
def name(project: Project, member: Membership) -> None:
    """Let the member see a restricted project."""
    _lock(project)
    if project.access == Project.Access.OPEN:
        raise AccessRefused("Everybody who sees the client sees this project. Restrict it first.")
    answer = explain(member, project)
    if ProjectWall.objects.filter(project=project, member=member).exists():
        raise AccessRefused(f"{answer.why} Take it down first.")
    if not (seen := _by_client(member, project, Facts.whole(project), Permission.VIEW_PROJECTS)).sees:
        raise AccessRefused(seen.why)
    ProjectGrant.objects.assign_perm(VIEW, member, project)


@transaction.atomic
def unname(project: Project, member: Membership) -> None:
    _lock(project)
    ProjectGrant.objects.filter(content_object=project, user=member).delete()
    if project.access == Project.Access.NAMED and not member.sees_every_client:
        give_back(project, [member])


@transaction.atomic
def put_up_wall(project: Project, member: Membership, *, reason: str, by: Membership) -> ProjectWall:
    """The member sees nothing of the project from now on, and their open work in it goes back to nobody."""
    _lock(project)
    if not _keepers(project, without=member):
        raise AccessRefused("Somebody who may take the wall down again must still see the project.")
    if ProjectWall.objects.filter(project=project, member=member).exists():
        raise AccessRefused(f"A wall keeps {member} from this project already.")
    wall = ProjectWall.objects.create(project=project, member=member, reason=reason, created_by=by)
    ProjectGrant.objects.filter(content_object=project, user=member).delete()
    give_back(project, [member])
    return wall


def same_as(before: Project, project: Project) -> None:
    """A project that goes on where another ended is seen by the same people."""
    Project.objects.filter(pk=project.pk).update(access=before.access)
    project.access = before.access
    for wall in ProjectWall.objects.filter(project=before):
        ProjectWall.objects.create(
            project=project, member_id=wall.member_id, reason=wall.reason, created_by_id=wall.created_by_id
        )
    for grant in ProjectGrant.objects.filter(content_object=before).select_related("user"):
        ProjectGrant.objects.assign_perm(VIEW, grant.user, project)


def _not_named(project: Project) -> list[Membership]:
    facts = Facts.of(project)
    return [one for one in Membership.objects.all() if not facts.are_open_to(one, project)]


def give_back(project: Project, members: list[Membership]) -> None:
    """Open work in the project of those who do not see it any more goes back to nobody."""
    client_access.unassign_requests(InformationRequest.objects.filter(request_list__project=project), members)
    for give_back in on_shut_out:
        give_back(project, members)


def _keepers(project: Project, *, without: Membership) -> list[Membership]:
    """Who could manage access to the project if one more member were walled off."""
    facts = Facts.whole(project)
    members = Membership.objects.active().exclude(pk=without.pk).with_roles()
    return [m for m in members if m.can(Permission.MANAGE_ACCESS) and explain(m, project, facts).sees]


def _lock(project: Project) -> None:
    """Of two who change who sees a project, the second waits and starts from what the first has done."""
    rows = Project.objects.select_for_update(of=("self",), no_key=True)
    project.access = rows.values_list("access", flat=True).get(pk=project.pk)

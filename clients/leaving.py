"""A member who leaves the firm, or whose role shows them less of it."""

from clients import client_access, project_access
from clients.models import Client, ClientAssignment, ClientGrant, InformationRequest, ProjectGrant
from clients.models.project import closed_to
from organizations.models import Membership
from organizations.permissions import Permission


def take_clients(member: Membership) -> None:
    """No client or project is assigned or granted any more; who comes back starts with what their role gives."""
    ClientAssignment.objects.filter(member=member).delete()
    ClientGrant.objects.filter(user=member).delete()
    ProjectGrant.objects.filter(user=member).delete()


def narrow(member: Membership) -> None:
    """Their open work for what only owners and admins and named people see goes back to nobody."""
    mine = ClientGrant.objects.filter(user=member).values("content_object")
    restricted = Client.objects.filter(access=Client.Access.ASSIGNED).exclude(pk__in=mine)
    client_access.give_back(list(restricted.only("pk", "organization")), [member])
    for closed in closed_to(member):
        for project in closed.filter(deleted_at=None):
            project_access.give_back(project, [member])


def lose(member: Membership, lost: frozenset[Permission]) -> None:
    """Who may not see requests any more reviews none: their open ones go back to nobody."""
    if Permission.VIEW_REQUESTS in lost:
        client_access.unassign_requests(InformationRequest.objects.all(), [member])

"""A member who leaves the firm."""

from clients.models import ClientAssignment, ClientGrant, ProjectGrant
from organizations.models import Membership


def take_clients(member: Membership) -> None:
    """No client or project is assigned or granted any more; who comes back starts with what their role gives."""
    ClientAssignment.objects.filter(member=member).delete()
    ClientGrant.objects.filter(user=member).delete()
    ProjectGrant.objects.filter(user=member).delete()

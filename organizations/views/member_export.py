from django.http import HttpResponse
from django.views.decorators.http import require_safe

from audit.log import record
from organizations.access import requires
from organizations.csv_download import csv_download
from organizations.lookups import members_second_factors
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.models.member_view import OrganizationMember
from organizations.models.membership import Role
from organizations.permissions import Permission

HEADERS = ["Name", "E-mail", "Role", "State", "Second factor", "Invited by", "Invited", "Joined"]


@require_safe
@requires(Permission.MANAGE_MEMBERS)
def member_export(request: OrganizationRequest) -> HttpResponse:
    """Who is in the firm, as a table; asking for it is on record."""
    members = list(OrganizationMember.objects.order_by("display_name", "membership_id"))
    names, secured = dict(Membership.with_deleted.values_list("pk", "display_name")), members_second_factors()
    record("exported", request.organization, what="members", rows=len(members))
    return csv_download("members.csv", HEADERS, (_row(member, names, secured) for member in members))


def _row(member: OrganizationMember, names: dict, secured: set) -> list[str]:
    days = [moment.date().isoformat() if moment else "" for moment in (member.invited_at, member.joined_at)]
    return [
        member.display_name, member.email, Role(member.role).label, member.status.capitalize(),
        "yes" if member.membership_id in secured else "no", names.get(member.invited_by_id, ""), *days,
    ]  # fmt: skip

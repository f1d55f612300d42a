"""Members' sign-ins and failures, in their firm's own audit trail.

Who signs in is in no firm yet, so that these lines are written in the platform's trail first; a few minutes later each
firm's trail gets those of its members, under the same ids and with the moment at which it happened.
"""

from datetime import timedelta

from django.db import connections
from django.utils import timezone

from audit.jobs import every_firm
from audit.log import record_copies
from audit.models import AuditLog
from organizations.models import Membership
from tenancy.context import alias_for, current
from tenancy.jobs import by_the_clock, tenant_task

#: What a worker that was down for a day has missed is made up for.
BACK = timedelta(days=1)


@by_the_clock("*/10 * * * *", firms=every_firm)
@tenant_task(priority=-5)
def copy_sign_ins() -> None:
    """Run again, it copies nothing twice."""
    members = dict(Membership.objects.active().values_list("user_id", "pk"))
    since = timezone.now() - BACK
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute("SELECT * FROM app.members_sign_ins(%s)", [since])
        found = {row[0]: row for row in cursor.fetchall()}
    there = AuditLog.objects.filter(created_at__gte=since, resource_type=Membership._meta.db_table, pk__in=list(found))
    new = found.keys() - set(there.values_list("pk", flat=True))
    record_copies(
        Membership._meta.db_table,
        [(*found[key], members[found[key][2]]) for key in sorted(new) if found[key][2] in members],
    )

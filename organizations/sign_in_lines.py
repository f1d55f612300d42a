"""Members' sign-ins and failures, in their firm's own audit trail.

Who signs in is in no firm yet, so that these lines are written in the platform's trail first; a few minutes later each
firm's trail gets those of its members, under the same ids and with the moment at which it happened.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Max
from django.db.models.fields.json import KT
from django.utils import timezone

from audit.jobs import every_firm
from audit.log import record_copies
from audit.models import AuditLog
from organizations.models import Membership
from tenancy.context import alias_for, current
from tenancy.jobs import by_the_clock, tenant_task

#: What a worker that was down for a day has missed is made up for.
BACK = timedelta(days=1)
#: Who has not signed in for longer is told of in these words: the page looks no further.
LOOKED_BACK = timedelta(days=90)


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


def last_sign_ins(members: Iterable[Membership]) -> dict[UUID, datetime]:
    """When each of them last signed in, for who may read the trail: as it tells, and of the last hour as it will."""
    people = {member.user_id: member.pk for member in members}
    lines = AuditLog.objects.filter(
        resource_type=Membership._meta.db_table, resource_id__in=list(people.values()), action="login",
        created_at__gte=timezone.now() - LOOKED_BACK,
    )  # fmt: skip
    told = lines.order_by().values_list("resource_id").annotate(at=Max(KT("new_values__at")))
    just_now = {people[user]: at for user, at in _of_the_last_hour() if user in people}
    return {key: datetime.fromisoformat(at) for key, at in told if at} | just_now


def _of_the_last_hour() -> list[tuple[UUID, datetime]]:
    statement = "SELECT user_id, max(happened_at) FROM app.members_sign_ins(%s) WHERE action = 'login' GROUP BY user_id"
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute(statement, [timezone.now() - timedelta(hours=1)])
        return cursor.fetchall()

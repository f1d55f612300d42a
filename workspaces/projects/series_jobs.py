"""Projects that come again, by the clock: nobody has to remember the first of the month."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connections
from django.utils import timezone

from conversations.notifying import tell
from organizations.clock import there
from organizations.models import Organization
from tenancy.context import alias_for, current
from tenancy.jobs import by_the_clock, tenant_task
from workspaces.projects import series
from workspaces.tasks.telling import THE_CLOCK

MORNING = 5


def firms_due() -> Iterator[UUID]:
    """Every firm once a day, between five and six where it is. A morning that was missed is made up for on the next."""
    with connections[alias_for(current().surface)].cursor() as cursor:
        cursor.execute("SELECT organization_id, timezone FROM app.firms_at_work()")
        firms = cursor.fetchall()
    for organization_id, zone in firms:
        if (now_there := there(timezone.now(), zone)) and now_there.hour == MORNING:
            yield organization_id


@by_the_clock("7 * * * *", firms=firms_due)
@tenant_task()
def make_due_projects() -> None:
    """The projects whose time has begun where the firm is; whoever leads one is told. Run again, it makes none twice."""
    firm = Organization.objects.first()
    if firm is None:  # deleted meanwhile
        return
    today = firm.today
    for one in series.due(today):
        made = series.make_next(one, today, by=None)
        if made and made.lead_id:
            tell("project_made", made, to={made.lead_id: "leads_project"}, by=THE_CLOCK, source_id=made.pk)

from importlib import import_module

from django.db import migrations

from tenancy.definer import OUTSIDE, definer_function

BEFORE = import_module("portal.migrations.0004_reminders_by_the_clock_alone").FIRMS
#: The same answer from firms that have a schedule. A cluster takes no outer join that begins with a table every node has.
FIRMS = f"""
    SELECT o.id, o.timezone::text, coalesce(s.reminder_hour, 9)::integer, s.reminders_planned_on,
        EXISTS (SELECT FROM public.reminder_mails m
                WHERE m.organization_id = r.organization_id AND m.status IN ('planned', 'sending'))
    FROM (SELECT DISTINCT organization_id FROM public.reminder_schedules WHERE is_on) r
    JOIN public.organizations o ON o.id = r.organization_id
    LEFT JOIN public.portal_settings s ON s.organization_id = r.organization_id
    WHERE o.status = 'active' AND {OUTSIDE}
"""  # noqa: S608 (ours)


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_reminders_by_the_clock_alone")]

    operations = [
        definer_function(
            "firms_to_remind()",
            returns="organization_id uuid, timezone text, hour integer, planned_on date, is_waiting boolean",
            body=FIRMS,
            before=f"{BEFORE} AND {OUTSIDE}",
        ),
    ]

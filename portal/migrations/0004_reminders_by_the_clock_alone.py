from django.db import migrations

from tenancy.definer import OUTSIDE, definer_function

# To the letter as it was, for whoever goes back.
FIRMS = """
                SELECT o.id, o.timezone, coalesce(s.reminder_hour, 9)::integer, s.reminders_planned_on,
                    EXISTS (SELECT FROM public.reminder_mails m
                            WHERE m.organization_id = o.id AND m.status IN ('planned', 'sending'))
                FROM public.organizations o LEFT JOIN public.portal_settings s ON s.organization_id = o.id
                WHERE o.status = 'active'
                    AND EXISTS (SELECT FROM public.reminder_schedules r WHERE r.organization_id = o.id AND r.is_on)
            """


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_reminders_and_people")]

    operations = [
        definer_function(
            "firms_to_remind()",
            returns="organization_id uuid, timezone text, hour integer, planned_on date, is_waiting boolean",
            body=f"{FIRMS} AND {OUTSIDE}",
            before=FIRMS,
        ),
    ]

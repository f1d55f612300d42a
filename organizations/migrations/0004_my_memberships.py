from django.db import migrations

from tenancy.definer import definer_function


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_plain_names")]
    operations = [
        definer_function(
            "my_memberships()",
            returns="organization_id uuid",
            body="""
                SELECT m.organization_id FROM public.organization_memberships m
                WHERE m.user_id = current_setting('app.current_user_id')::uuid
            """,
        ),
    ]

from django.db import migrations

from tenancy.definer import definer_function


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial"), ("clients", "0001_initial")]
    operations = [
        definer_function(
            "contact_by_portal_key(p_key text)",
            returns="organization_id uuid, contact_id uuid",
            body="""
                SELECT c.organization_id, c.id FROM public.client_contacts c
                WHERE c.portal_key = p_key AND c.deleted_at IS NULL AND c.portal_access
            """,
        ),
    ]

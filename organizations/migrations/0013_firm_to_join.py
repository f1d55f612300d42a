from django.db import migrations

from tenancy.definer import definer_function

#: As `my_domain_offers()`: whoever is or was in the firm has no offer. Where each person is let in, who does it is named;
#: where the door is open, whoever will be a colleague a press later.
BODY = """
    SELECT m.display_name::text, m.role = 'owner', count(*) OVER ()
    FROM public.organization_memberships m
    JOIN public.organizations o ON o.id = m.organization_id AND o.status = 'active'
    WHERE m.organization_id = p_organization AND m.status = 'active' AND m.deleted_at IS NULL
        AND EXISTS (
            SELECT FROM public.account_emailaddress e
            JOIN public.verified_domains v ON v.domain = lower(split_part(e.email, '@', -1))
            JOIN public.organization_domains d ON d.organization_id = v.organization_id AND d.domain = v.domain
            WHERE e.user_id = current_setting('app.current_user_id')::uuid AND e.verified
                AND d.organization_id = p_organization AND d.verified_at IS NOT NULL AND d.auto_join_role <> ''
                AND (m.role = 'owner' OR NOT d.verification_required AND d.auto_join_role <> 'billing')
        )
        AND NOT EXISTS (
            SELECT FROM public.organization_memberships mine
            WHERE mine.organization_id = p_organization AND mine.user_id = current_setting('app.current_user_id')::uuid
                AND (mine.status <> 'pending' OR mine.deleted_at IS NOT NULL)
        )
    ORDER BY m.role = 'owner' DESC, m.display_name, m.id
    LIMIT 8
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0012_support_grants"), ("account", "0001_initial")]
    operations = [
        definer_function(
            "firm_to_join(p_organization uuid)", returns="name text, is_owner boolean, people bigint", body=BODY
        )
    ]

from django.conf import settings
from django.db import migrations

from tenancy.definer import definer_function

APP, OPERATOR = settings.TENANCY_ROLES["app"], settings.TENANCY_ROLES["operator"]
#: Who is in a firm, for reports: the reader's own rights and row-level security decide which rows it shows.
VIEW = """
    CREATE VIEW organization_members WITH (security_invoker = true) AS
    SELECT organization_id, id AS membership_id, user_id, display_name, email, role, status, invited_by_id, invited_at,
        joined_at, created_at, updated_at
    FROM organization_memberships WHERE deleted_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0007_domains_and_slugs"), ("account", "0001_initial")]
    operations = [
        definer_function(
            "my_domain_offers()",
            returns="organization_id uuid, organization_name text, domain text, role text, "
            "verification_required boolean, is_waiting boolean",
            # After the last @: a quoted name before it may hold another domain. The stricter of two domains counts.
            body="""
                SELECT DISTINCT ON (o.name, o.id) o.id, o.name::text, v.domain::text, d.auto_join_role::text,
                    d.verification_required, m.id IS NOT NULL
                FROM public.account_emailaddress e
                JOIN public.verified_domains v ON v.domain = lower(split_part(e.email, '@', -1))
                JOIN public.organization_domains d ON d.organization_id = v.organization_id AND d.domain = v.domain
                JOIN public.organizations o ON o.id = d.organization_id
                LEFT JOIN public.organization_memberships m
                    ON m.organization_id = d.organization_id AND m.user_id = e.user_id
                WHERE e.user_id = current_setting('app.current_user_id')::uuid AND e.verified
                    AND d.verified_at IS NOT NULL AND d.auto_join_role <> '' AND o.status = 'active'
                    AND (m.id IS NULL OR m.status = 'pending' AND m.deleted_at IS NULL)
                ORDER BY o.name, o.id, d.verification_required DESC, v.domain
            """,
        ),
        definer_function(
            "my_firm_by_former_slug(p_slug text)",
            returns="slug text",
            body="""
                SELECT o.slug::text FROM public.organization_slugs s
                JOIN public.organizations o ON o.id = s.organization_id
                JOIN public.organization_memberships m ON m.organization_id = o.id
                WHERE s.slug = p_slug AND o.slug <> p_slug
                    AND m.user_id = current_setting('app.current_user_id')::uuid
                    AND m.status = 'active' AND m.deleted_at IS NULL
            """,
        ),
        definer_function(
            "organization_of_slug(p_slug text)",
            returns="id uuid",
            body="""
                SELECT o.id FROM public.organizations o WHERE o.slug = p_slug
                UNION SELECT s.organization_id FROM public.organization_slugs s WHERE s.slug = p_slug
            """,
        ),
        migrations.RunSQL(VIEW, "DROP VIEW organization_members"),
        migrations.RunSQL(f"GRANT SELECT ON organization_members TO {APP}, {OPERATOR}", migrations.RunSQL.noop),
    ]

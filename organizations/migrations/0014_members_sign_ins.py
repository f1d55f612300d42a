from django.db import migrations

from tenancy.definer import definer_function


class Migration(migrations.Migration):
    """What the platform's trail tells of a firm's own members: the firm's trail takes it over."""

    dependencies = [("organizations", "0013_firm_to_join"), ("audit", "0004_platform_audit_of_person")]
    operations = [
        definer_function(
            "members_sign_ins(p_since timestamptz)",
            returns="id uuid, happened_at timestamptz, user_id uuid, action text, ip_address text, user_agent text",
            body="""
                SELECT l.id, l.created_at, l.user_id, l.action::text, host(l.ip_address), l.user_agent::text
                FROM public.platform_audit_logs l
                WHERE l.created_at >= p_since
                    AND l.action IN ('login', 'logout', 'login_failed', 'factor_failed', 'token_issued', 'sign_in_paused')
                    AND l.user_id IN (
                        SELECT m.user_id FROM public.organization_memberships m
                        WHERE m.organization_id = current_setting('app.current_tenant_id')::uuid AND m.status = 'active'
                            AND m.deleted_at IS NULL)
                ORDER BY l.created_at LIMIT 10000
            """,
        ),
    ]

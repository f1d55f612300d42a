from django.db import migrations

from tenancy.definer import definer_function

OFFER = "id uuid, organization_id uuid, organization_name text, email text, role text, invited_by text, state text"
OFFER_SELECT = """
    SELECT i.id, i.organization_id, o.name::text, i.email::text, i.role::text, m.display_name::text,
        CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
             WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END
    FROM public.invitations i
    JOIN public.organizations o ON o.id = i.organization_id
    LEFT JOIN public.organization_memberships m ON m.organization_id = i.organization_id AND m.id = i.invited_by_id
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial"), ("account", "0001_initial")]
    operations = [
        definer_function(
            "organization_by_slug(p_slug text)",
            returns="id uuid",
            body="SELECT o.id FROM public.organizations o WHERE o.slug = p_slug",
        ),
        definer_function(
            "my_organizations()",
            returns="id uuid, name text, slug text, role text",
            body="""
                SELECT o.id, o.name::text, o.slug::text, m.role::text
                FROM public.organization_memberships m JOIN public.organizations o ON o.id = m.organization_id
                WHERE m.user_id = current_setting('app.current_user_id')::uuid
                    AND m.status = 'active' AND m.deleted_at IS NULL
                ORDER BY o.name, o.id
            """,
        ),
        definer_function(
            "invitation_by_token(p_hash bytea)", returns=OFFER, body=f"{OFFER_SELECT} WHERE i.token_hash = p_hash"
        ),
        definer_function(
            "my_invitations()",
            returns=OFFER,
            body=f"""{OFFER_SELECT}
                WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
                    AND EXISTS (
                        SELECT FROM public.account_emailaddress e
                        WHERE e.user_id = current_setting('app.current_user_id')::uuid
                            AND e.verified AND lower(e.email) = lower(i.email)
                    )
                ORDER BY o.name
            """,
        ),
    ]

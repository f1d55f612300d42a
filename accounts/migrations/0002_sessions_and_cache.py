from django.db import migrations

from tenancy.definer import definer_function

CACHE = """
CREATE TABLE cache_entries (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
)
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(CACHE, "DROP TABLE cache_entries"),
        migrations.RunSQL(
            "CREATE INDEX cache_entries_expires ON cache_entries (expires)", "DROP INDEX cache_entries_expires"
        ),
        definer_function(
            "session_by_token(p_hash bytea)",
            returns="id uuid, user_id uuid, session_data text, last_seen_at timestamptz",
            body="""
                SELECT s.id, s.user_id, s.session_data, s.last_seen_at FROM public.user_sessions s
                WHERE s.token_hash = p_hash AND s.revoked_at IS NULL AND s.expires_at > now()
            """,
            roles=("app", "identity", "operator"),
        ),
    ]

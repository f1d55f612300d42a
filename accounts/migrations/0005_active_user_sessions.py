import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

VIEW = """
CREATE VIEW active_user_sessions WITH (security_invoker = true) AS
SELECT id, user_id, ip_address, user_agent, created_at, last_seen_at, expires_at FROM user_sessions
WHERE user_id IS NOT NULL AND revoked_at IS NULL AND expires_at > now()
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_data_exports")]
    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW active_user_sessions"),
        migrations.CreateModel(
            name="ActiveUserSession",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("ip_address", models.GenericIPAddressField(null=True, verbose_name="address")),
                ("user_agent", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField(verbose_name="signed in")),
                ("last_seen_at", models.DateTimeField(verbose_name="last used")),
                ("expires_at", models.DateTimeField(verbose_name="ends")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="active_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "active_user_sessions", "managed": False, "verbose_name": "signed-in device"},
        ),
    ]

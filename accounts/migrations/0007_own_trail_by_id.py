from django.db import migrations

from tenancy.definer import definer_function

# Set as in 0004, so that going back leaves the very same function.
BODY = """
                SELECT {id}l.created_at, l.action::text, host(l.ip_address), l.user_agent::text
                FROM public.platform_audit_logs l
                WHERE l.user_id = current_setting('app.current_user_id')::uuid
                ORDER BY {order} DESC LIMIT 10000
            """
COLUMNS = "happened_at timestamptz, action text, ip_address text, user_agent text"
BEFORE = definer_function("my_trail()", returns=COLUMNS, body=BODY.format(id="", order="l.created_at"))


class Migration(migrations.Migration):
    """With the id, by which the page of it goes on."""

    dependencies = [("accounts", "0006_trusteddevice"), ("audit", "0004_platform_audit_of_person")]
    operations = [
        migrations.RunSQL("DROP FUNCTION app.my_trail()", BEFORE.sql),
        definer_function(
            "my_trail()", returns=f"id uuid, {COLUMNS}", body=BODY.format(id="l.id, ", order="l.id")
        ),
    ]

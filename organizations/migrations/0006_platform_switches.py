from django.db import migrations

SWITCHES = """
INSERT INTO platform_settings (key, value, description, updated_at) VALUES
    ('sign_up_open', 'true', 'Whether new accounts can be made.', now()),
    ('firms_per_person', '20', 'How many firms one person may own.', now()),
    ('notice_banner', '{}', 'What every page tells everybody.', now())
ON CONFLICT (key) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0005_member_picture")]
    operations = [migrations.RunSQL(SWITCHES, migrations.RunSQL.noop)]

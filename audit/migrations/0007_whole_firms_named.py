from importlib import import_module

from django.db import migrations

before = import_module("audit.migrations.0006_whole_firms")
NAMED = import_module("audit.migrations.0003_resource_names").NAMED


class Migration(migrations.Migration):
    """0006 began from the trigger as it first was: the name of a table without its part's number (0003) was lost."""

    dependencies = [("audit", "0006_whole_firms")]
    operations = [
        migrations.RunSQL(
            NAMED.replace("BEGIN\n", before.WHOLE, 1), before.TRIGGER.replace("BEGIN\n", before.WHOLE, 1)
        )
    ]

from importlib import import_module

from django.db import migrations

TRIGGER = import_module("audit.migrations.0001_initial").TRIGGER.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
NAMED = import_module("audit.migrations.0003_resource_names").NAMED
#: A firm that comes or goes whole is one line, written by whoever does it. Nobody but the tables' owner is believed.
WHOLE = """BEGIN
    IF current_setting('app.whole_firm', true) = 'on'
       AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN RETURN NULL; END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_chain")]
    operations = [migrations.RunSQL(TRIGGER.replace("BEGIN\n", WHOLE, 1), NAMED)]  # back to how 0003 left it

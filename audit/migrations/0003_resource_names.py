from importlib import import_module

from django.db import migrations

# On a distributed table the trigger fires on a part of it, whose name has a number behind: clients_102008.
WRITTEN = import_module("audit.migrations.0001_initial").TRIGGER.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
NAMED = WRITTEN.replace("lower(TG_OP), TG_TABLE_NAME,", r"lower(TG_OP), regexp_replace(TG_TABLE_NAME, '_\d{6,}$', ''),")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_isolation_proof")]
    operations = [migrations.RunSQL(NAMED, WRITTEN)]

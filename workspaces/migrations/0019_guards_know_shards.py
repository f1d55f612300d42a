from importlib import import_module

from django.db import migrations

#: On a cluster a trigger's table is a shard: `cross_references_102008`.
BEFORE = import_module("workspaces.migrations.0015_ties_stay_in_one_file").AFTER
AFTER = (
    BEFORE.replace("TG_TABLE_NAME = 'cross_references'", "TG_TABLE_NAME LIKE 'cross\\_references%'")
    .replace("TG_TABLE_NAME <> 'cross_references'", "TG_TABLE_NAME NOT LIKE 'cross\\_references%'")
    .replace("TG_TABLE_NAME = 'workpaper_versions'", "TG_TABLE_NAME LIKE 'workpaper\\_versions%'")
)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0018_nothing_comes_back_into_closed_files")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]

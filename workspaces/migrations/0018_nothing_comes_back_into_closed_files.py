from importlib import import_module

from django.db import migrations

#: A paper that was in the trash when the file was closed stays there.
GUARD = import_module("workspaces.migrations.0002_binder_copies")
BEFORE = GUARD.GUARD.replace("__EXCEPT__", GUARD.TALKED_ABOUT)
AFTER = BEFORE.replace(
    "NEW.binder_id <> OLD.binder_id)",
    "NEW.binder_id <> OLD.binder_id OR (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL))",
)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0017_drafts_and_pictures")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]

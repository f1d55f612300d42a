from django.db import migrations

from schema_changes.operations import ValidateConstraint


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0011_own_folders")]

    operations = [
        ValidateConstraint("bindercopy", "binder_copies_own_folder"),
    ]

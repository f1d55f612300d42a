from django.db import migrations

from clients.storage import in_own_folder
from schema_changes.operations import AddConstraintNotValid


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0010_legend_of_closed_files")]

    operations = [
        AddConstraintNotValid("bindercopy", in_own_folder("storage_key", name="binder_copies_own_folder")),
    ]

from django.db import migrations

from schema_changes.operations import ValidateForeignKey


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0026_share_contact_index")]

    operations = [ValidateForeignKey("sessionshare", "contact")]

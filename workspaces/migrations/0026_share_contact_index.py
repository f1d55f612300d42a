from django.db import migrations

from schema_changes.operations import AddForeignKeyIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("workspaces", "0025_share_mails")]

    operations = [AddForeignKeyIndexConcurrently("sessionshare", "contact")]

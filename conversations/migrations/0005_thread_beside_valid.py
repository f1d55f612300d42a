from django.db import migrations

from schema_changes.operations import ValidateForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0004_thread_beside_index"),
    ]

    operations = [ValidateForeignKey("thread", "beside")]

from django.db import migrations

from schema_changes.operations import ValidateForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0015_document_thread_index"),
    ]

    operations = [ValidateForeignKey("document", "thread")]

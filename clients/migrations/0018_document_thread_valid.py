from django.db import migrations

from schema_changes.operations import ValidateForeignKey


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0017_document_thread_index"),
    ]

    operations = [ValidateForeignKey("document", "thread")]

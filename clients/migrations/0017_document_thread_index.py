from django.db import migrations

from schema_changes.operations import AddForeignKeyIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("clients", "0016_document_thread"),
    ]

    operations = [AddForeignKeyIndexConcurrently("document", "thread")]

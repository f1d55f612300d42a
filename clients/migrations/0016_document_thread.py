from django.db import migrations, models

import tenancy.keys
from schema_changes.operations import AddForeignKeyNotValid


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0015_document_handling"),
        ("conversations", "0003_comments_and_notifications"),
    ]

    operations = [
        AddForeignKeyNotValid(
            model_name="document",
            name="thread",
            field=tenancy.keys.TenantForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=models.SET_NULL,
                related_name="+",
                to="conversations.thread",
            ),
        ),
    ]

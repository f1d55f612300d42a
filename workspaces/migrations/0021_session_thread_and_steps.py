from django.db import migrations, models

import tenancy.keys
import workspaces.models.scoping_session
from schema_changes.operations import AddForeignKeyNotValid


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0008_notification_paces"),
        ("workspaces", "0020_words_stay_on_hold"),
    ]

    operations = [
        migrations.AddField(
            model_name="scopingsession",
            name="steps",
            field=workspaces.models.scoping_session.DocumentField(db_default=[], default=list, editable=False),
        ),
        AddForeignKeyNotValid(
            model_name="scopingsession",
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

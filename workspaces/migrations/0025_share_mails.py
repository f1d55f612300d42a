from django.db import migrations, models

import tenancy.keys
from schema_changes.operations import AddForeignKeyNotValid


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0029_firm_deletions"),
        ("workspaces", "0024_pictures_never_change"),
    ]

    operations = [
        migrations.AddField("sessionshare", "mailed_at", models.DateTimeField(editable=False, null=True)),
        AddForeignKeyNotValid(
            model_name="sessionshare",
            name="contact",
            field=tenancy.keys.TenantForeignKey(
                editable=False,
                null=True,
                on_delete=models.SET_NULL,
                related_name="+",
                to="clients.clientcontact",
            ),
        ),
    ]

from django.db import migrations, models

from schema_changes.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("clients", "0020_project_words")]

    operations = [
        AddIndexConcurrently(
            model_name="clientassignment",
            index=models.Index(
                fields=["organization", "member", "client"], include=["is_lead"], name="user_clients_of_member"
            ),
        ),
    ]

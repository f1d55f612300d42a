from django.db import migrations, models

from schema_changes.operations import AddForeignKeyIndexConcurrently, AddUniqueConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("conversations", "0003_comments_and_notifications"),
    ]

    operations = [
        AddForeignKeyIndexConcurrently("thread", "beside"),
        AddUniqueConcurrently(
            "thread", models.UniqueConstraint(fields=("organization", "beside"), name="threads_one_beside")
        ),
    ]

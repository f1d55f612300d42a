from django.db import migrations, models

from schema_changes.operations import AddUniqueConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("conversations", "0001_initial"),
    ]

    operations = [
        AddUniqueConcurrently(
            "thread",
            models.UniqueConstraint(fields=("organization", "id", "audience"), name="threads_with_audience"),
        ),
    ]

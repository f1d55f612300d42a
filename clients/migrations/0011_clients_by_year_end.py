from django.db import migrations, models

from schema_changes.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("clients", "0010_clients_whole")]

    operations = [
        AddIndexConcurrently(
            "client",
            models.Index(fields=['organization', 'year_end', 'id'], name='clients_by_year_end'),
        ),
    ]

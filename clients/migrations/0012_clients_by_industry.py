from django.db import migrations, models

from schema_changes.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("clients", "0011_clients_by_year_end")]

    operations = [
        AddIndexConcurrently(
            "client",
            models.Index(fields=['organization', 'industry', 'id'], name='clients_by_industry'),
        ),
    ]

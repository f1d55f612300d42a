from django.db import migrations, models

from schema_changes.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("clients", "0012_clients_by_industry")]

    operations = [
        AddIndexConcurrently(
            "client",
            models.Index(condition=models.Q(('tax_id_hash', ''), _negated=True), fields=['organization', 'tax_id_hash'], name='clients_by_tax_id'),
        ),
    ]

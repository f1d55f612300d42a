from django.db import migrations, models

from schema_changes.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0003_resource_names")]
    operations = [
        AddIndexConcurrently(
            model_name="platformauditlog", index=models.Index("user_id", "id", name="platform_audit_of_person")
        ),
    ]

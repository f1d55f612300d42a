from django.db import migrations

from schema_changes.operations import ValidateForeignKey


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0022_session_thread_index")]

    operations = [ValidateForeignKey("scopingsession", "thread")]

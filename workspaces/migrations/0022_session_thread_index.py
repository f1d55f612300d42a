from django.db import migrations

from schema_changes.operations import AddForeignKeyIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("workspaces", "0021_session_thread_and_steps")]

    operations = [AddForeignKeyIndexConcurrently("scopingsession", "thread")]

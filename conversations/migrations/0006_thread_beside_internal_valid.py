from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0005_thread_beside_valid"),
    ]

    operations = [ValidateConstraint("thread", "threads_beside_internal")]

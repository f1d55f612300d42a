from django.db import migrations, models

from schema_changes.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [('clients', '0025_project_access_checked')]

    operations = [
        AddIndexConcurrently(
            'project',
            models.Index(condition=models.Q(('access', 'named')), fields=['organization', 'id'], name='projects_named'),
        ),
    ]

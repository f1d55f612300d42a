from django.db import migrations

from schema_changes.operations import ValidateConstraint


class Migration(migrations.Migration):
    dependencies = [('clients', '0024_project_access')]

    operations = [ValidateConstraint('project', 'projects_access')]

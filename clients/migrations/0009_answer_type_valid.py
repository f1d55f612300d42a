from django.db import migrations

from schema_changes.operations import ValidateConstraint


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0008_request_templates'),
    ]

    operations = [
        ValidateConstraint("informationrequest", "requests_answer_type"),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("organization_id", models.UUIDField(null=True)),
                ("title", models.CharField(max_length=200)),
                ("status", models.CharField(max_length=20)),
                ("due_on", models.DateField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]

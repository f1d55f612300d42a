from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("asking", "0001_initial")]
    operations = [migrations.AddField("Request", "note", models.TextField(db_default=""))]

import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

from marketing.table_rights import served


class Migration(migrations.Migration):
    dependencies = [("marketing", "0004_site_forms_and_past")]
    operations = [
        migrations.CreateModel(
            name="PreviewLink",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("kind", models.CharField(max_length=20)),
                ("text_id", models.UUIDField()),
                ("ends_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=254)),
            ],
            options={
                "db_table": "preview_links",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["kind", "text_id", "-id"], name="preview_links_text")],
            },
        ),
        served("preview_links"),
    ]

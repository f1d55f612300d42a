from django.db import migrations, models


#: On the way back each picture belongs to a row again: those that the document names instead, to one that nobody shows.
OWN_ROWS = """UPDATE session_pictures SET "row" = left(md5(id::text), 12) WHERE "row" IS NULL"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0023_session_thread_valid")]

    operations = [
        migrations.AlterField("sessionpicture", "row", models.CharField(max_length=12, null=True, blank=True, editable=False)),
        migrations.RunSQL(migrations.RunSQL.noop, OWN_ROWS),
    ]

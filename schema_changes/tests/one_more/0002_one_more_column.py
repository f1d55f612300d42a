from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("schema_changes", "0001_backfill_progress"), ("clients", "0001_initial")]
    operations = [migrations.RunSQL("ALTER TABLE clients ADD COLUMN one_more integer")]

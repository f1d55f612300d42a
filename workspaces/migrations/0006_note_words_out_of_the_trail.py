import accounts.plain_text
import workspaces.models.review_note
from django.db import migrations


TRIGGER = (
    "DROP TRIGGER audit ON review_notes; "
    "CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON review_notes "
    "FOR EACH ROW EXECUTE FUNCTION app.write_audit('organization_id', 'id', '{masked}', 'updated_at')"
)


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0005_projects_and_tasks'),
    ]

    operations = [
        migrations.AlterField(
            model_name='reviewnote',
            name='text',
            field=workspaces.models.review_note.NoteText(blank=True, max_length=4000, validators=[accounts.plain_text.validate_plain_text]),
        ),
        migrations.RunSQL(TRIGGER.format(masked="text"), TRIGGER.format(masked="")),
    ]

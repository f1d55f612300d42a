import conversations.models.notification
from django.db import migrations, models

TRIGGER = (
    "DROP TRIGGER audit ON notifications; "
    "CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON notifications "
    "FOR EACH ROW EXECUTE FUNCTION app.write_audit('organization_id', 'id', '', '{skipped}')"
)


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0008_notification_paces'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='read_at',
            field=conversations.models.notification.ReadingMark(null=True),
        ),
        migrations.AddField(
            model_name='notificationpace',
            name='in_app',
            field=models.BooleanField(null=True),
        ),
        migrations.RunSQL(TRIGGER.format(skipped="updated_at,read_at"), TRIGGER.format(skipped="updated_at")),
    ]

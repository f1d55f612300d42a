import django.db.models.deletion
import django.db.models.functions.datetime
import tenancy.context
import tenancy.isolation
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ('organizations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('audience', models.CharField(choices=[('internal', 'Firm only'), ('client', 'Visible to the client')], default='internal', max_length=20)),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'threads',
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [tenancy.isolation.TenantIsolation(name='conversations_thread_tenant'), models.CheckConstraint(condition=models.Q(('audience__in', ['internal', 'client'])), name='threads_audience')],
            },
        ),
    ]

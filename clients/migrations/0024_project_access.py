import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import accounts.plain_text
import tenancy.context
import tenancy.isolation
import tenancy.keys
from schema_changes.operations import AddConstraintNotValid

CASCADE = django.db.models.deletion.CASCADE
ACCESS = [('open', 'Everybody who sees its client'), ('named', 'Only people named here')]


def of_every_tenant_table():
    moment = {"db_default": django.db.models.functions.datetime.Now(), "editable": False}
    return [
        ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
        ('created_at', models.DateTimeField(**moment)),
        ('updated_at', models.DateTimeField(**moment)),
        ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('clients', '0023_own_folders_checked'),
        ('organizations', '0011_organization_member'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='access',
            field=models.CharField(choices=ACCESS, db_default='open', default='open', max_length=20, verbose_name='who in the firm may see it'),
        ),
        AddConstraintNotValid(
            'project',
            models.CheckConstraint(condition=models.Q(('access__in', ['open', 'named'])), name='projects_access'),
        ),
        migrations.CreateModel(
            name='ProjectGrant',
            fields=[
                *of_every_tenant_table(),
                ('content_object', tenancy.keys.TenantForeignKey(db_column='project_id', on_delete=CASCADE, related_name='grants', to='clients.project')),
                ('permission', models.ForeignKey(db_index=False, on_delete=CASCADE, related_name='+', to='auth.permission')),
                ('user', tenancy.keys.TenantForeignKey(on_delete=CASCADE, related_name='project_grants', to='organizations.membership')),
            ],
            options={
                'db_table': 'project_grants',
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organization', 'permission'], name='project_grants_permission')],
                'constraints': [tenancy.isolation.TenantIsolation(name='clients_projectgrant_tenant'), models.UniqueConstraint(fields=('organization', 'user', 'permission', 'content_object'), name='project_grants_one')],
            },
        ),
        migrations.CreateModel(
            name='ProjectWall',
            fields=[
                *of_every_tenant_table(),
                ('reason', models.CharField(max_length=500, validators=[accounts.plain_text.validate_plain_text])),
                ('project', tenancy.keys.TenantForeignKey(on_delete=CASCADE, related_name='walls', to='clients.project')),
                ('created_by', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('member', tenancy.keys.TenantForeignKey(on_delete=CASCADE, related_name='project_walls', to='organizations.membership')),
            ],
            options={
                'db_table': 'project_walls',
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [tenancy.isolation.TenantIsolation(name='clients_projectwall_tenant'), models.UniqueConstraint(fields=('organization', 'member', 'project'), name='project_walls_one'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='project_walls_reason')],
            },
        ),
    ]

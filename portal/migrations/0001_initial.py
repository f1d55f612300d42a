import accounts.models.user
import django.db.models.deletion
import django.db.models.functions.datetime
import tenancy.context
import tenancy.isolation
import tenancy.keys
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ('clients', '0001_initial'),
        ('organizations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MagicLinkToken',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('purpose', models.CharField(choices=[('link', 'Link'), ('code', 'Six-digit code')], default='link', max_length=10)),
                ('token_hash', models.BinaryField(max_length=32)),
                ('next_path', models.CharField(blank=True, max_length=200)),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('contact', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='magic_links', to='clients.clientcontact')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'client_magic_link_tokens',
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [tenancy.isolation.TenantIsolation(name='portal_magiclinktoken_tenant'), models.UniqueConstraint(condition=models.Q(('purpose', 'link')), fields=('organization', 'token_hash'), name='client_magic_link_tokens_hash'), models.CheckConstraint(condition=models.Q(('purpose__in', ['link', 'code'])), name='client_magic_link_tokens_purpose')],
            },
        ),
        migrations.CreateModel(
            name='PortalPreference',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('language', models.CharField(default='en-gb', max_length=12)),
                ('timezone', models.CharField(blank=True, max_length=64, validators=[accounts.models.user.validate_timezone])),
                ('notifications', models.BooleanField(default=True, verbose_name='mail me about new requests and returned answers')),
                ('contact', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to='clients.clientcontact')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'client_portal_preferences',
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [tenancy.isolation.TenantIsolation(name='portal_portalpreference_tenant'), models.UniqueConstraint(fields=('organization', 'contact'), name='client_portal_preferences_contact')],
            },
        ),
        migrations.CreateModel(
            name='PortalSession',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('token_hash', models.BinaryField(max_length=32)),
                ('ip_address', models.GenericIPAddressField(null=True)),
                ('user_agent', models.CharField(blank=True, max_length=300)),
                ('last_seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('contact', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='portal_sessions', to='clients.clientcontact')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'client_portal_sessions',
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [tenancy.isolation.TenantIsolation(name='portal_portalsession_tenant'), models.UniqueConstraint(fields=('organization', 'token_hash'), name='client_portal_sessions_hash')],
            },
        ),
    ]

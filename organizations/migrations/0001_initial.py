import accounts.encryption
import accounts.models.user
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.manager
import organizations.models.organization
import tenancy.context
import tenancy.isolation
import tenancy.keys
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlatformSetting',
            fields=[
                ('key', models.SlugField(max_length=80, primary_key=True, serialize=False)),
                ('value', models.JSONField(default=dict)),
                ('description', models.TextField(blank=True)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'db_table': 'platform_settings',
            },
        ),
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='firm name')),
                ('slug', models.CharField(error_messages={'unique': 'This address is taken.'}, max_length=48, unique=True, validators=[organizations.models.organization.validate_slug], verbose_name='address')),
                ('subdomain', models.CharField(blank=True, max_length=63, null=True, unique=True)),
                ('domain', models.CharField(blank=True, max_length=253)),
                ('logo', models.CharField(blank=True, max_length=300)),
                ('brand_colors', models.JSONField(blank=True, default=dict)),
                ('address', models.JSONField(blank=True, default=dict)),
                ('tax_id', accounts.encryption.EncryptedTextField(blank=True, default='')),
                ('billing_email', models.EmailField(blank=True, max_length=254)),
                ('timezone', models.CharField(default='Europe/London', max_length=64, validators=[accounts.models.user.validate_timezone], verbose_name='time zone')),
                ('currency', models.CharField(default='GBP', max_length=3)),
                ('plan_type', models.CharField(default='trial', max_length=40)),
                ('subscription_tier', models.CharField(blank=True, max_length=40)),
                ('subscription_data', models.JSONField(blank=True, default=dict)),
                ('usage_limits', models.JSONField(blank=True, default=dict)),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('status', models.CharField(choices=[('active', 'Active'), ('suspended', 'Suspended')], default='active', max_length=20)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'db_table': 'organizations',
                'base_manager_name': 'objects',
                'constraints': [tenancy.isolation.TenantIsolation(column='id', lookup=True, name='organization_tenant', operator='write'), models.CheckConstraint(condition=models.Q(('status__in', ['active', 'suspended'])), name='organizations_status')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('display_name', models.CharField(max_length=200, verbose_name='name')),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('member', 'Member'), ('viewer', 'Viewer'), ('billing', 'Billing')], default='member', max_length=20)),
                ('permissions', models.JSONField(blank=True, default=dict)),
                ('status', models.CharField(choices=[('active', 'Active'), ('pending', 'Pending'), ('suspended', 'Suspended')], default='active', max_length=20)),
                ('invited_at', models.DateTimeField(blank=True, null=True)),
                ('joined_at', models.DateTimeField(blank=True, null=True)),
                ('invited_by', tenancy.keys.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('user', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'organization_memberships',
                'abstract': False,
                'base_manager_name': 'with_deleted',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('with_deleted', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('member', 'Member'), ('viewer', 'Viewer'), ('billing', 'Billing')], default='member', max_length=20)),
                ('token_hash', models.BinaryField(max_length=32, null=True)),
                ('expires_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('accepted_by', tenancy.keys.TenantForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('invited_by', tenancy.keys.TenantForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitations', to='organizations.membership')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'invitations',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=tenancy.isolation.TenantIsolation(lookup=True, name='membership_tenant', operator='read'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('organization', 'user'), name='membership_user'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'admin', 'member', 'viewer', 'billing'])), name='membership_role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['active', 'pending', 'suspended'])), name='membership_status'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(models.F('token_hash'), name='invitation_token_hash'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=tenancy.isolation.TenantIsolation(lookup=True, name='invitation_tenant', operator='read'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('organization', 'token_hash'), name='invitation_token'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(models.F('organization'), django.db.models.functions.text.Lower('email'), condition=models.Q(('accepted_at', None), ('revoked_at', None)), name='invitation_open_email'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'admin', 'member', 'viewer', 'billing'])), name='invitation_role'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None), _connector='OR'), name='invitation_one_end'),
        ),
    ]

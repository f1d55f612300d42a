import accounts.encryption
import clients.models.contact
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.manager
import tenancy.context
import tenancy.isolation
import tenancy.keys
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ('conversations', '0001_initial'),
        ('organizations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=200)),
                ('code', models.CharField(blank=True, max_length=20)),
                ('type', models.CharField(choices=[('company', 'Company'), ('individual', 'Individual'), ('partnership', 'Partnership'), ('charity', 'Charity or trust'), ('public_body', 'Public body')], default='company', max_length=20)),
                ('status', models.CharField(choices=[('active', 'Active'), ('onboarding', 'Onboarding'), ('archived', 'Archived')], default='active', max_length=20)),
                ('access', models.CharField(choices=[('firm', 'The whole firm'), ('assigned', 'Assigned staff only')], default='firm', max_length=20, verbose_name='who in the firm may see it')),
                ('industry', models.CharField(blank=True, max_length=120)),
                ('website', models.URLField(blank=True, max_length=300)),
                ('address', models.JSONField(blank=True, default=dict)),
                ('tax_id', accounts.encryption.EncryptedTextField(blank=True, default='', verbose_name='tax number')),
                ('year_end', models.CharField(blank=True, help_text='Month and day, such as 12-31.', max_length=5, verbose_name='fiscal year end')),
                ('notes', models.TextField(blank=True, max_length=10000)),
                ('import_key', models.CharField(blank=True, editable=False, max_length=80)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('tsv', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('name', 'code', 'industry', config='simple'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('created_by', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'clients',
                'abstract': False,
                'base_manager_name': 'with_deleted',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('with_deleted', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ClientAssignment',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('is_lead', models.BooleanField(default=False)),
                ('client', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='clients.client')),
                ('member', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='client_assignments', to='organizations.membership')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'user_clients',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ClientContact',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=200)),
                ('email', models.EmailField(max_length=254)),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='job title')),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('is_primary', models.BooleanField(default=False, verbose_name='main contact')),
                ('portal_access', models.BooleanField(default=True, verbose_name='may use the portal')),
                ('portal_key', models.CharField(default=clients.models.contact.new_portal_key, editable=False, max_length=24)),
                ('invited_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('last_seen_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('client', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='clients.client')),
                ('created_by', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'client_contacts',
                'abstract': False,
                'base_manager_name': 'with_deleted',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('with_deleted', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=255)),
                ('visibility', models.CharField(choices=[('firm', 'Firm only'), ('shared', 'Shared with the client')], default='shared', max_length=20)),
                ('client', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='clients.client')),
                ('created_by', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'documents',
                'abstract': False,
                'base_manager_name': 'with_deleted',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('with_deleted', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='DocumentVersion',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('number', models.PositiveIntegerField(default=1)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(help_text='Bytes.')),
                ('content_type', models.CharField(max_length=120)),
                ('storage_key', models.CharField(editable=False, max_length=200)),
                ('document', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='clients.document')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('uploaded_by_contact', tenancy.keys.TenantForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clients.clientcontact')),
                ('uploaded_by_member', tenancy.keys.TenantForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
            ],
            options={
                'db_table': 'document_versions',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='InformationRequest',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('number', models.PositiveIntegerField()),
                ('source_ref', models.CharField(blank=True, max_length=40, verbose_name='reference in the source')),
                ('position', models.PositiveIntegerField(default=0)),
                ('category', models.CharField(blank=True, max_length=200, verbose_name='section')),
                ('title', models.CharField(max_length=500)),
                ('description', models.TextField(blank=True, max_length=10000)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('pending', 'With client'), ('submitted', 'To review'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('waived', 'Waived')], default='pending', max_length=20)),
                ('priority', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High'), ('urgent', 'Urgent')], default='medium', max_length=20)),
                ('due_date', models.DateField(blank=True, null=True)),
                ('expected_format', models.CharField(blank=True, max_length=60)),
                ('answer', models.CharField(blank=True, choices=[('', 'Not answered'), ('provided', 'Provided'), ('does_not_exist', 'Does not exist'), ('not_applicable', 'Not applicable'), ('withheld', 'Withheld')], default='', max_length=20)),
                ('answer_text', models.TextField(blank=True, max_length=10000)),
                ('submitted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('reviewed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('review_reason', models.TextField(blank=True, editable=False, max_length=2000)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('tsv', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('title', 'description', 'category', config='simple'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('assigned_to', tenancy.keys.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assigned_requests', to='organizations.membership')),
                ('contact', tenancy.keys.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='requests', to='clients.clientcontact')),
                ('created_by', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('depends_on', tenancy.keys.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='dependents', to='clients.informationrequest')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('reviewed_by', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('submitted_by', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clients.clientcontact')),
                ('thread', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.thread')),
            ],
            options={
                'db_table': 'requests',
                'abstract': False,
                'base_manager_name': 'with_deleted',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('with_deleted', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('status', models.CharField(choices=[('planned', 'Planned'), ('active', 'In progress'), ('done', 'Done')], default='planned', max_length=20)),
                ('start_date', models.DateField(blank=True, null=True)),
                ('end_date', models.DateField(blank=True, null=True)),
                ('budget_hours', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
                ('client', tenancy.keys.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='clients.client')),
                ('created_by', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('lead', tenancy.keys.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'projects',
                'abstract': False,
                'base_manager_name': 'with_deleted',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('with_deleted', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='RequestDocument',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('document', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='request_documents', to='clients.document')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('request', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='request_documents', to='clients.informationrequest')),
            ],
            options={
                'db_table': 'request_documents',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RequestEvent',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('from_status', models.CharField(blank=True, choices=[('draft', 'Draft'), ('pending', 'With client'), ('submitted', 'To review'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('waived', 'Waived')], max_length=20)),
                ('to_status', models.CharField(choices=[('draft', 'Draft'), ('pending', 'With client'), ('submitted', 'To review'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('waived', 'Waived')], max_length=20)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('contact', tenancy.keys.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.clientcontact')),
                ('member', tenancy.keys.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.membership')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('request', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='clients.informationrequest')),
            ],
            options={
                'db_table': 'request_events',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RequestList',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('title', models.CharField(max_length=200)),
                ('period', models.CharField(blank=True, max_length=60)),
                ('prefix', models.CharField(default='PBC', max_length=10, verbose_name='numbering')),
                ('status', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=20)),
                ('due_date', models.DateField(blank=True, null=True, verbose_name='final due date')),
                ('last_number', models.PositiveIntegerField(default=0, editable=False)),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('client', tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='request_lists', to='clients.client')),
                ('created_by', tenancy.keys.TenantForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('project', tenancy.keys.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='request_lists', to='clients.project')),
            ],
            options={
                'db_table': 'request_lists',
                'abstract': False,
                'base_manager_name': 'with_deleted',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('with_deleted', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name='informationrequest',
            name='request_list',
            field=tenancy.keys.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='clients.requestlist'),
        ),
        migrations.AddIndex(
            model_name='client',
            index=models.Index(models.F('organization'), django.db.models.functions.text.Lower('name'), models.F('id'), name='clients_by_name'),
        ),
        migrations.AddIndex(
            model_name='client',
            index=models.Index(models.F('organization'), models.OrderBy(models.F('created_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='clients_newest'),
        ),
        migrations.AddIndex(
            model_name='client',
            index=models.Index(fields=['organization', 'status'], name='clients_by_status'),
        ),
        migrations.AddIndex(
            model_name='client',
            index=models.Index(models.F('organization'), models.F('import_key'), condition=models.Q(('import_key', ''), _negated=True), name='clients_import_key'),
        ),
        migrations.AddIndex(
            model_name='client',
            index=django.contrib.postgres.indexes.GinIndex(fields=['organization', 'tsv'], name='clients_search'),
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=tenancy.isolation.TenantIsolation(name='clients_client_tenant'),
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.UniqueConstraint(models.F('organization'), django.db.models.functions.text.Lower('code'), condition=models.Q(('deleted_at', None), models.Q(('code', ''), _negated=True)), name='clients_code', violation_error_message='Another client has this code.'),
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['active', 'onboarding', 'archived'])), name='clients_status'),
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['company', 'individual', 'partnership', 'charity', 'public_body'])), name='clients_type'),
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.CheckConstraint(condition=models.Q(('access__in', ['firm', 'assigned'])), name='clients_access'),
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('archived_at__isnull', False), ('status', 'archived')), models.Q(models.Q(('status', 'archived'), _negated=True), ('archived_at', None)), _connector='OR'), name='clients_archived_at'),
        ),
        migrations.AddConstraint(
            model_name='clientassignment',
            constraint=tenancy.isolation.TenantIsolation(name='clients_clientassignment_tenant'),
        ),
        migrations.AddConstraint(
            model_name='clientassignment',
            constraint=models.UniqueConstraint(fields=('organization', 'client', 'member'), name='user_clients_member'),
        ),
        migrations.AddConstraint(
            model_name='clientassignment',
            constraint=models.UniqueConstraint(condition=models.Q(('is_lead', True)), fields=('organization', 'client'), name='user_clients_lead'),
        ),
        migrations.AddIndex(
            model_name='clientcontact',
            index=models.Index(models.F('portal_key'), name='client_contacts_key'),
        ),
        migrations.AddConstraint(
            model_name='clientcontact',
            constraint=tenancy.isolation.TenantIsolation(lookup=True, name='clients_clientcontact_tenant'),
        ),
        migrations.AddConstraint(
            model_name='clientcontact',
            constraint=models.UniqueConstraint(fields=('organization', 'portal_key'), name='client_contacts_portal_key'),
        ),
        migrations.AddConstraint(
            model_name='clientcontact',
            constraint=models.UniqueConstraint(models.F('organization'), models.F('client'), django.db.models.functions.text.Lower('email'), condition=models.Q(('deleted_at', None)), name='client_contacts_email', violation_error_message='This client has a contact with this address.'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(models.F('organization'), models.F('client'), models.OrderBy(models.F('created_at'), descending=True), name='documents_newest'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=tenancy.isolation.TenantIsolation(name='clients_document_tenant'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('visibility__in', ['firm', 'shared'])), name='documents_visibility'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(fields=['organization', 'sha256'], name='document_versions_sha256'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=tenancy.isolation.TenantIsolation(name='clients_documentversion_tenant'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.UniqueConstraint(fields=('organization', 'document', 'number'), name='document_versions_number'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.UniqueConstraint(fields=('organization', 'storage_key'), name='document_versions_key'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.CheckConstraint(condition=models.Q(('uploaded_by_member', None), ('uploaded_by_contact', None), _connector='OR'), name='document_versions_one_uploader'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=tenancy.isolation.TenantIsolation(name='clients_project_tenant'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.UniqueConstraint(models.F('organization'), django.db.models.functions.text.Lower('name'), condition=models.Q(('deleted_at', None)), name='projects_name', violation_error_message='Another project has this name.'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'active', 'done'])), name='projects_status'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('end_date__gte', models.F('start_date')), ('start_date', None), ('end_date', None), _connector='OR'), name='projects_dates', violation_error_message='The end is before the start.'),
        ),
        migrations.AddConstraint(
            model_name='requestdocument',
            constraint=tenancy.isolation.TenantIsolation(name='clients_requestdocument_tenant'),
        ),
        migrations.AddConstraint(
            model_name='requestdocument',
            constraint=models.UniqueConstraint(fields=('organization', 'request', 'document'), name='request_documents_pair'),
        ),
        migrations.AddIndex(
            model_name='requestevent',
            index=models.Index(fields=['organization', 'request', 'created_at'], name='request_events_order'),
        ),
        migrations.AddConstraint(
            model_name='requestevent',
            constraint=tenancy.isolation.TenantIsolation(append_only=True, name='request_event_tenant'),
        ),
        migrations.AddConstraint(
            model_name='requestevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', False), ('member', None)), models.Q(('contact', None), ('member__isnull', False)), _connector='OR'), name='request_events_one_actor'),
        ),
        migrations.AddIndex(
            model_name='requestlist',
            index=models.Index(models.F('organization'), models.OrderBy(models.F('created_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='request_lists_newest'),
        ),
        migrations.AddIndex(
            model_name='requestlist',
            index=models.Index(fields=['organization', 'client', 'status'], name='request_lists_client'),
        ),
        migrations.AddConstraint(
            model_name='requestlist',
            constraint=tenancy.isolation.TenantIsolation(name='clients_requestlist_tenant'),
        ),
        migrations.AddConstraint(
            model_name='requestlist',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'closed'])), name='request_lists_status'),
        ),
        migrations.AddConstraint(
            model_name='requestlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status', 'closed')), models.Q(('closed_at', None), ('status', 'open')), _connector='OR'), name='request_lists_closed_at'),
        ),
        migrations.AddIndex(
            model_name='informationrequest',
            index=models.Index(fields=['organization', 'request_list', 'position', 'id'], name='requests_order'),
        ),
        migrations.AddIndex(
            model_name='informationrequest',
            index=models.Index(fields=['organization', 'status', 'due_date'], name='requests_waiting'),
        ),
        migrations.AddIndex(
            model_name='informationrequest',
            index=models.Index(fields=['organization', 'assigned_to', 'status'], name='requests_mine'),
        ),
        migrations.AddIndex(
            model_name='informationrequest',
            index=django.contrib.postgres.indexes.GinIndex(fields=['organization', 'tsv'], name='requests_search'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=tenancy.isolation.TenantIsolation(name='clients_informationrequest_tenant'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.UniqueConstraint(fields=('organization', 'request_list', 'number'), name='requests_number'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at', None), models.Q(('source_ref', ''), _negated=True)), fields=('organization', 'request_list', 'source_ref'), name='requests_source_ref', violation_error_message='This list has a request with this reference.'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'pending', 'submitted', 'returned', 'accepted', 'waived'])), name='requests_status'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('priority__in', ['low', 'medium', 'high', 'urgent'])), name='requests_priority'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['', 'provided', 'does_not_exist', 'not_applicable', 'withheld'])), name='requests_answer'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'submitted'), _negated=True), ('submitted_at__isnull', False), _connector='OR'), name='requests_submitted_at'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['returned', 'waived']), _negated=True), models.Q(('review_reason', ''), _negated=True), _connector='OR'), name='requests_reason', violation_error_message='Say why.'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['accepted', 'returned', 'waived']), _negated=True), ('reviewed_at__isnull', False), _connector='OR'), name='requests_reviewed_at'),
        ),
    ]

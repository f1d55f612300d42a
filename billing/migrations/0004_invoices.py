import accounts.encryption
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.utils.timezone
import tenancy.context
import tenancy.isolation
import tenancy.keys
import uuid_utils.compat
from decimal import Decimal
from django.db import migrations, models

from tenancy.definer import OUTSIDE, definer_function


#: Who pays, and who has paid by card and may still be sent an invoice.
PAYING = """
    SELECT s.organization_id FROM public.subscriptions s
    WHERE (s.status IN ('active', 'past_due') OR s.stripe_customer_id IS NOT NULL)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0003_default_plans'),
        ('organizations', '0011_organization_member'),
    ]

    operations = [
        migrations.CreateModel(
            name='InvoiceNumber',
            fields=[
                ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'db_table': 'invoice_numbers',
            },
        ),
        migrations.CreateModel(
            name='StripeCustomer',
            fields=[
                ('customer_id', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(unique=True)),
                ('card', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'db_table': 'stripe_customers',
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('number', models.CharField(blank=True, max_length=40, null=True)),
                ('source', models.CharField(choices=[('stripe', 'Stripe'), ('manual', 'Issued here')], default='manual', max_length=10)),
                ('stripe_invoice_id', models.CharField(blank=True, max_length=80, null=True)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('paid', 'Paid'), ('void', 'Void'), ('uncollectible', 'Written off')], default='draft', max_length=20)),
                ('currency', models.CharField(default='GBP', max_length=3)),
                ('subtotal', models.BigIntegerField(default=0)),
                ('tax_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('tax', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('amount_paid', models.BigIntegerField(default=0)),
                ('recipient', models.JSONField(blank=True, default=dict)),
                ('recipient_tax_id', accounts.encryption.EncryptedTextField(blank=True, default='')),
                ('period_start', models.DateTimeField(blank=True, null=True)),
                ('period_end', models.DateTimeField(blank=True, null=True)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
                ('payment_note', models.CharField(blank=True, max_length=200)),
                ('hosted_url', models.URLField(blank=True, max_length=500)),
                ('pdf_url', models.URLField(blank=True, max_length=500)),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'invoices',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='InvoiceLine',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('kind', models.CharField(choices=[('seats', 'Seats'), ('seat_change', 'Change of seats'), ('plan_change', 'Change of plan'), ('usage', 'Usage'), ('credits', 'Credits'), ('other', 'Other')], default='other', max_length=20)),
                ('description', models.CharField(max_length=300)),
                ('quantity', models.DecimalField(decimal_places=2, default=Decimal('1'), max_digits=14)),
                ('unit_amount', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=16)),
                ('amount', models.BigIntegerField()),
                ('period_start', models.DateTimeField(blank=True, null=True)),
                ('period_end', models.DateTimeField(blank=True, null=True)),
                ('stripe_line_id', models.CharField(blank=True, max_length=80)),
                ('invoice', tenancy.keys.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.invoice')),
                ('organization', models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'db_table': 'invoice_lines',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StripeEvent',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.CharField(max_length=120, unique=True)),
                ('type', models.CharField(max_length=120)),
                ('happened_at', models.DateTimeField()),
                ('organization_id', models.UUIDField(blank=True, null=True)),
                ('payload', models.JSONField()),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('processed_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
            ],
            options={
                'db_table': 'stripe_events',
                'indexes': [models.Index(fields=['-received_at', '-id'], name='stripe_events_newest'), models.Index(condition=models.Q(('processed_at', None)), fields=['organization_id'], name='stripe_events_waiting')],
            },
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(models.F('organization'), models.OrderBy(models.F('issued_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='invoices_newest'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['organization', 'due_on'], name='invoices_open'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=tenancy.isolation.TenantIsolation(name='invoice_tenant', operator='read'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('organization', 'number'), name='invoices_number'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('organization', 'stripe_invoice_id'), name='invoices_stripe'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'open', 'paid', 'void', 'uncollectible'])), name='invoices_status'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', 'manual'), ('stripe_invoice_id__isnull', True)), models.Q(('source', 'stripe'), ('stripe_invoice_id__isnull', False)), _connector='OR'), name='invoices_source'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(models.F('subtotal'), '+', models.F('tax')))), name='invoices_total'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('number__isnull', False), _connector='OR'), name='invoices_numbered'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'paid'), _negated=True), ('paid_at__isnull', False), _connector='OR'), name='invoices_paid'),
        ),
        migrations.AddIndex(
            model_name='invoiceline',
            index=models.Index(fields=['organization', 'invoice', 'position'], name='invoice_lines_of'),
        ),
        migrations.AddIndex(
            model_name='invoiceline',
            index=models.Index(fields=['organization', 'period_end'], name='invoice_lines_by_period'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=tenancy.isolation.TenantIsolation(name='invoice_line_tenant', operator='read'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['seats', 'seat_change', 'plan_change', 'usage', 'credits', 'other'])), name='invoice_lines_kind'),
        ),
        definer_function(
            "firm_by_stripe_customer(p_customer text)",
            returns="organization_id uuid",
            body="SELECT c.organization_id FROM public.stripe_customers c WHERE c.customer_id = p_customer",
        ),
        definer_function(
            "firms_to_settle()",
            returns="organization_id uuid",
            body=f"{PAYING} AND {OUTSIDE}",
        ),
    ]

"""The clock's look-up names firms that were there before plans, too: nothing has told their rows yet what their plan holds."""

import importlib

from django.db import migrations

from tenancy.definer import OUTSIDE, definer_function

DUE = importlib.import_module("billing.migrations.0003_default_plans").DUE
#: Once: the work that is then done writes it.
WITHOUT_COPY = """
    SELECT s.organization_id FROM public.subscriptions s JOIN public.organizations o ON o.id = s.organization_id
    WHERE o.usage_limits -> 'features' IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_invoices")]
    operations = [
        definer_function(
            "firms_with_billing_due()",
            returns="organization_id uuid",
            body=f"{DUE} AND {OUTSIDE} UNION {WITHOUT_COPY} AND {OUTSIDE}",
            before=f"{DUE} AND {OUTSIDE}",
        ),
    ]

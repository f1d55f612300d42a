"""The plans an installation begins with, a subscription for firms that were there before plans, and a look-up for the clock."""

from django.db import migrations

from schema_changes.annotations import reviewed
from tenancy.definer import OUTSIDE, definer_function

GB = 1024**3
YES = (True, None)

#: key, name, kind, unit, and what Starter, Practice and Firm hold: a number, None for no limit, YES, or "" for nothing.
FEATURES = [
    ("seats", "Seats", "limit", "seats", 2, None, None),
    ("clients", "Clients", "limit", "clients", 3, None, None),
    ("request_lists", "Open request lists", "limit", "open request lists", 2, None, None),
    ("scoping_sessions", "Scoping sessions", "limit", "scoping sessions", 1, None, None),
    ("credits", "Credits", "metered", "credits", 100, 1_000, 5_000),
    ("storage", "Storage", "limit", "bytes", GB, 50 * GB, 250 * GB),
    ("workpapers", "Workpapers, tickmarks, sign-off", "boolean", "", "", YES, YES),
    ("templates", "Templates and reminders", "boolean", "", "", YES, YES),
    ("portal_brand", "Client portal in your colours", "boolean", "", "", YES, YES),
    ("custom_roles", "Roles and permissions", "boolean", "", "", "", YES),
    ("sso", "Single sign-on", "boolean", "", "", "", YES),
    ("domains", "Domains", "boolean", "", "", "", YES),
    ("api", "API access", "boolean", "", "", "", YES),
    ("audit_days", "Audit log", "limit", "days", 30, 365, 2_557),
    ("audit_export", "Audit log export", "boolean", "", "", "", YES),
]  # fmt: skip

#: code, name, tagline, a seat for a month and for a year in pence, days of trial.
PLANS = [
    ("starter", "Starter", "For a first engagement", 0, 0, 0),
    ("practice", "Practice", "For firms that chase documents", 2_900, 29_000, 14),
    ("firm", "Firm", "For firms that are inspected", 4_900, 49_000, 14),
]


def add_plans(apps, schema_editor):
    Plan, Feature, PlanFeature = (apps.get_model("billing", name) for name in ("SubscriptionPlan", "Feature", "PlanFeature"))
    using = schema_editor.connection.alias
    if Plan.objects.using(using).exists():
        return  # done before and undone since, which takes nothing away: operators may have changed them
    plans = [
        Plan.objects.using(using).create(
            code=code, name=name, tagline=tagline, price_month=month, price_year=year, trial_days=days, position=position
        )
        for position, (code, name, tagline, month, year, days) in enumerate(PLANS, start=1)
    ]
    for position, (key, name, kind, unit, *held) in enumerate(FEATURES, start=1):
        feature = Feature.objects.using(using).create(key=key, name=name, kind=kind, unit=unit, position=position)
        PlanFeature.objects.using(using).bulk_create(
            PlanFeature(plan=plan, feature=feature, limit=None if holds == YES else holds)
            for plan, holds in zip(plans, held, strict=True)
            if holds != ""
        )


#: Firms that operators had put on a plan have it; to the others everything stays open for thirty days more.
FIRMS_BEFORE = """
    INSERT INTO subscriptions (
        id, organization_id, plan_id, status, billing_period, currency, unit_price, anchor_day,
        trial_ends_at, current_period_start, current_period_end, cancel_at_period_end, pending_billing_period
    )
    SELECT gen_random_uuid(), o.id, p.id, CASE WHEN p.code = o.plan_type THEN 'active' ELSE 'trialing' END, 'month',
        p.currency, p.price_month, extract(day FROM now() AT TIME ZONE 'UTC'),
        CASE WHEN p.code = o.plan_type THEN NULL ELSE now() + interval '30 days' END,
        now(), CASE WHEN p.code = o.plan_type THEN now() + interval '1 month' ELSE now() + interval '30 days' END,
        false, ''
    FROM organizations o JOIN subscription_plans p ON p.code = coalesce(
        (SELECT known.code FROM subscription_plans known WHERE known.code = o.plan_type), 'firm'
    )
    WHERE NOT EXISTS (SELECT FROM subscriptions known WHERE known.organization_id = o.id)
"""

#: A period or a trial that has ended, a promise of credits nobody kept, an exception that has run out.
DUE = """
    SELECT s.organization_id FROM public.subscriptions s
    WHERE ((s.status <> 'canceled' AND s.current_period_end <= now()) OR s.past_due_since IS NOT NULL
        OR EXISTS (SELECT FROM public.credit_reservations r WHERE r.organization_id = s.organization_id
                   AND r.status = 'held' AND r.expires_at <= now())
        OR EXISTS (SELECT FROM public.feature_overrides f WHERE f.organization_id = s.organization_id
                   AND f.ended_at IS NULL AND f.expires_at <= now()))
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_plans")]
    operations = [
        reviewed(migrations.RunPython(add_plans, migrations.RunPython.noop), because="the rows are new and few"),
        reviewed(migrations.RunSQL(FIRMS_BEFORE, migrations.RunSQL.noop), because="one new row a firm, nobody knows the table yet"),
        definer_function("firms_with_billing_due()", returns="organization_id uuid", body=f"{DUE} AND {OUTSIDE}"),
    ]

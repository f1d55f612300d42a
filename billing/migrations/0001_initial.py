import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import tenancy.context
import tenancy.isolation
import tenancy.keys

# In months from the beginning: a table cannot be divided once it is large. The key holds what divides it.
EVENTS = """
CREATE TABLE usage_events (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    event_type varchar(40) NOT NULL,
    event_data jsonb NOT NULL,
    credits_consumed numeric(12, 2) NOT NULL CONSTRAINT usage_events_credits CHECK (credits_consumed >= 0),
    member_id uuid,
    session_uuid uuid,
    PRIMARY KEY (organization_id, id, created_at)
) PARTITION BY RANGE (created_at)
"""

# After the distribution: on a cluster a table cannot point at tables it does not lie beside.
KEYS = [
    "ALTER TABLE usage_events ADD CONSTRAINT usage_events_organization FOREIGN KEY (organization_id) "
    "REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE usage_events ADD CONSTRAINT usage_events_member FOREIGN KEY (organization_id, member_id) "
    "REFERENCES organization_memberships (organization_id, id) DEFERRABLE INITIALLY IMMEDIATE",
]

INDEXES = [
    "CREATE INDEX usage_newest ON usage_events (organization_id, created_at DESC, id DESC)",
    "CREATE INDEX usage_by_type ON usage_events (organization_id, event_type, created_at)",
    "CREATE INDEX usage_by_member ON usage_events (organization_id, member_id, created_at)",
    "CREATE INDEX usage_by_session ON usage_events (organization_id, session_uuid)",
]

# The catch-all keeps an event from failing where nobody made the month's partition.
CATCH_ALL = [
    "CREATE TABLE usage_events_default PARTITION OF usage_events DEFAULT",
    "ALTER TABLE usage_events_default ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE usage_events_default FORCE ROW LEVEL SECURITY",
]

WALLS = tenancy.isolation.TenantTable(
    "usage_events", column="organization_id", key="id", operator="read", append_only=True, lookup=False, model=None
).walls()


def common():
    """The columns both tables have."""
    return [
        ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
        ("organization", models.ForeignKey(db_index=False, default=tenancy.context.default_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.organization")),
    ]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("organizations", "0009_custom_roles")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL([EVENTS, *WALLS, *KEYS, *INDEXES, *CATCH_ALL], "DROP TABLE usage_events"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="UsageEvent",
                    fields=[
                        *common(),
                        ("event_type", models.CharField(help_text="What was done: ai_call, pdf_export, session_create, …", max_length=40)),
                        ("event_data", models.JSONField(default=dict, help_text="What explains the event to a person; no content of a client.")),
                        ("credits_consumed", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                        ("session_uuid", models.UUIDField(help_text="The scoping session it was for, where there is one.", null=True)),
                        ("member", tenancy.keys.TenantForeignKey(db_index=False, help_text="Whose act it was; empty for a job's.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.membership")),
                    ],
                    options={
                        "db_table": "usage_events",
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(models.F("organization"), models.OrderBy(models.F("created_at"), descending=True), models.OrderBy(models.F("id"), descending=True), name="usage_newest"),
                            models.Index(fields=["organization", "event_type", "created_at"], name="usage_by_type"),
                            models.Index(fields=["organization", "member", "created_at"], name="usage_by_member"),
                            models.Index(fields=["organization", "session_uuid"], name="usage_by_session"),
                        ],
                        "constraints": [
                            tenancy.isolation.TenantIsolation(append_only=True, name="usage_event_tenant", operator="read"),
                            models.CheckConstraint(condition=models.Q(("credits_consumed__gte", 0)), name="usage_events_credits"),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="UsageEventKey",
            fields=[
                *common(),
                ("key", models.CharField(help_text="Names the act, whoever tries to record it, however often.", max_length=200)),
            ],
            options={
                "db_table": "usage_event_keys",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenancy.isolation.TenantIsolation(append_only=True, name="usage_event_key_tenant"),
                    models.UniqueConstraint(fields=("organization", "key"), name="usage_event_keys_once"),
                ],
            },
        ),
    ]

import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import tenancy.isolation

TRIGGER = """
CREATE FUNCTION app.write_audit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    facts jsonb := coalesce(nullif(current_setting('app.audit_context', true), ''), '{}')::jsonb;
    masked text[] := string_to_array(TG_ARGV[2], ',');
    skipped text[] := string_to_array(TG_ARGV[3], ',');
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - skipped END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - skipped END;
    here jsonb := coalesce(after, before);
    changed text[];
    hidden text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(key) INTO changed FROM jsonb_each(after) WHERE value IS DISTINCT FROM before -> key;
        IF changed IS NULL THEN RETURN NULL; END IF;
        SELECT jsonb_object_agg(key, value) INTO before FROM jsonb_each(before) WHERE key = ANY (changed);
        SELECT jsonb_object_agg(key, value) INTO after FROM jsonb_each(after) WHERE key = ANY (changed);
    END IF;
    FOREACH hidden IN ARRAY masked LOOP
        IF before ->> hidden <> '' THEN before := jsonb_set(before, ARRAY[hidden], '"[masked]"'); END IF;
        IF after ->> hidden <> '' THEN after := jsonb_set(after, ARRAY[hidden], '"[masked]"'); END IF;
    END LOOP;
    INSERT INTO public.audit_logs (id, organization_id, created_at, user_id, action, resource_type, resource_id,
                                   old_values, new_values, context, ip_address, user_agent)
    VALUES (gen_random_uuid(), (here ->> TG_ARGV[0])::uuid, clock_timestamp(),
            nullif(current_setting('app.current_user_id', true), '')::uuid, lower(TG_OP), TG_TABLE_NAME,
            (here ->> TG_ARGV[1])::uuid, before, after, facts - ARRAY['ip', 'agent'],
            (facts ->> 'ip')::inet, coalesce(left(facts ->> 'agent', 300), ''));
    RETURN NULL;
END
$$
"""

TABLE = """
CREATE TABLE audit_logs (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    user_id uuid,
    action varchar(40) NOT NULL,
    resource_type varchar(63) NOT NULL,
    resource_id uuid,
    old_values jsonb,
    new_values jsonb,
    context jsonb NOT NULL DEFAULT '{}',
    ip_address inet,
    user_agent varchar(300) NOT NULL DEFAULT '',
    PRIMARY KEY (organization_id, id, created_at)
) PARTITION BY RANGE (created_at)
"""

INDEXES = [
    "CREATE INDEX audit_logs_newest ON audit_logs (organization_id, created_at DESC, id DESC)",
    "CREATE INDEX audit_logs_resource ON audit_logs (organization_id, resource_type, resource_id)",
]

# The catch-all keeps a write from failing where nobody made the month's partition.
DEFAULT_PARTITION = [
    "CREATE TABLE audit_logs_default PARTITION OF audit_logs DEFAULT",
    "ALTER TABLE audit_logs_default ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE audit_logs_default FORCE ROW LEVEL SECURITY",
]


def isolation() -> list[str]:
    """What TenantIsolation writes, less the key: a partitioned table's key holds the partition column too."""
    table = tenancy.isolation.TenantTable(
        "audit_logs", column="organization_id", key="id", operator="append", append_only=True, lookup=False, model=None
    )
    return [*table.security(), *table.grants()]


FIELDS = [
    ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
    ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
    ("user_id", models.UUIDField(null=True)),
    ("action", models.CharField(max_length=40)),
    ("resource_type", models.CharField(max_length=63)),
    ("resource_id", models.UUIDField(null=True)),
    ("old_values", models.JSONField(null=True)),
    ("new_values", models.JSONField(null=True)),
    ("context", models.JSONField(default=dict)),
    ("ip_address", models.GenericIPAddressField(null=True)),
    ("user_agent", models.CharField(blank=True, default="", max_length=300)),
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("tenancy", "0001_clock")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL([TABLE, *INDEXES, *isolation(), *DEFAULT_PARTITION], "DROP TABLE audit_logs"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="AuditLog",
                    fields=[*FIELDS, ("organization_id", models.UUIDField())],
                    options={
                        "db_table": "audit_logs",
                        "base_manager_name": "objects",
                        "abstract": False,
                        "constraints": [
                            tenancy.isolation.TenantIsolation(
                                append_only=True, name="audit_log_tenant", operator="append"
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlatformAuditLog",
            fields=[(name, field.clone()) for name, field in FIELDS],
            options={
                "db_table": "platform_audit_logs",
                "abstract": False,
                "indexes": [models.Index(models.OrderBy(models.F("created_at"), descending=True), name="platform_audit_created")],
            },
        ),
        migrations.RunSQL(TRIGGER, "DROP FUNCTION app.write_audit()"),
    ]

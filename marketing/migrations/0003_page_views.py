import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

from marketing.table_rights import SERVING_ROLE

# In months from the beginning. The catch-all keeps a visit from being lost where nobody made the month's partition.
VIEWS = [
    """
    CREATE TABLE page_views (
        id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
        path varchar(300) NOT NULL,
        visitor varchar(32) NOT NULL,
        referrer_host varchar(253) NOT NULL,
        utm_source varchar(100) NOT NULL,
        utm_medium varchar(100) NOT NULL,
        utm_campaign varchar(100) NOT NULL,
        is_bot boolean NOT NULL,
        PRIMARY KEY (id, created_at)
    ) PARTITION BY RANGE (created_at)
    """,
    "CREATE INDEX page_views_when ON page_views (created_at, path)",
    "CREATE TABLE page_views_default PARTITION OF page_views DEFAULT",
    f"GRANT SELECT, INSERT ON page_views TO {SERVING_ROLE}",
]


class Migration(migrations.Migration):
    dependencies = [("marketing", "0002_rights")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(VIEWS, "DROP TABLE page_views")],
            state_operations=[
                migrations.CreateModel(
                    name="PageView",
                    fields=[
                        ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ("path", models.CharField(max_length=300)),
                        ("visitor", models.CharField(help_text="The same for one browser during one day, another the next: salted hash of address and agent.", max_length=32)),
                        ("referrer_host", models.CharField(blank=True, help_text="Empty where the visit began with us.", max_length=253)),
                        ("utm_source", models.CharField(blank=True, max_length=100)),
                        ("utm_medium", models.CharField(blank=True, max_length=100)),
                        ("utm_campaign", models.CharField(blank=True, max_length=100)),
                        ("is_bot", models.BooleanField(default=False, help_text="By what the visitor calls itself.")),
                    ],
                    options={
                        "db_table": "page_views",
                        "indexes": [models.Index(fields=["created_at", "path"], name="page_views_when")],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="VisitorSalt",
            fields=[("day", models.DateField(primary_key=True, serialize=False)), ("salt", models.BinaryField())],
            options={"db_table": "visitor_salts"},
        ),
        migrations.RunSQL(
            f"GRANT SELECT, INSERT, DELETE ON visitor_salts TO {SERVING_ROLE}",
            f"REVOKE ALL ON visitor_salts FROM {SERVING_ROLE}",
        ),
    ]

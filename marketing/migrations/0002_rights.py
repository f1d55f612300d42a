from django.db import migrations

from marketing.table_rights import served

CLOCK = """
CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.updated_at := statement_timestamp();
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("marketing", "0001_initial")]
    operations = [
        migrations.RunSQL(CLOCK, "DROP FUNCTION set_updated_at()"),
        *(served(table) for table in ("blog_posts", "cms_media", "cms_pages", "testimonials")),
        # So that a process of the serving role can say whether its database is up to date.
        migrations.RunSQL(
            "GRANT SELECT ON django_migrations TO tickmark_marketing",
            "REVOKE SELECT ON django_migrations FROM tickmark_marketing",
        ),
    ]

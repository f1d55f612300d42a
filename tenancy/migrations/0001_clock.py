from django.db import migrations

CREATE = """
CREATE FUNCTION app.set_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.updated_at := statement_timestamp();
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION app.set_updated_at()")]

"""What the serving role may do with a table of the marketing database: a migration operation."""

from django.db.migrations import RunSQL

SERVING_ROLE = "tickmark_marketing"


def served(table: str) -> RunSQL:
    """The site and its editors read and write the rows; the clock of the row is the database's own."""
    return RunSQL(
        [
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVING_ROLE}",
            f"CREATE TRIGGER clock BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION set_updated_at()",
        ],
        [f"DROP TRIGGER clock ON {table}", f"REVOKE ALL ON {table} FROM {SERVING_ROLE}"],
    )


def allowed(table: str, rights: str) -> RunSQL:
    """Rows that nobody edits: as much as is done with them and no more."""
    return RunSQL(f"GRANT {rights} ON {table} TO {SERVING_ROLE}", f"REVOKE ALL ON {table} FROM {SERVING_ROLE}")

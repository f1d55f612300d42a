from django.core.management import call_command

from tenancy.management.column_words import column_words
from tenancy.management.commands.schema_docs import our_models, schema_page


def test_the_schema_page_is_fresh() -> None:
    call_command("schema_docs", check=True)


def test_every_table_of_ours_is_on_it() -> None:
    page = schema_page()
    assert [model._meta.db_table for model in our_models() if f"### `{model._meta.db_table}`" not in page] == []


def test_no_column_of_ours_is_left_without_words() -> None:
    """Say what it holds in a `#:` comment above the field (or in its help text, where a person reads that)."""
    columns = [(model, field) for model in our_models() for field in model._meta.concrete_fields]
    assert [f"{model.__name__}.{field.name}" for model, field in columns if not column_words(model, field)] == []


def test_a_column_is_described_by_its_help_text_else_its_comment_else_its_name() -> None:
    said = {
        f"{model.__name__}.{field.name}": column_words(model, field)
        for model in our_models()
        for field in model._meta.concrete_fields
    }
    assert said["DocumentVersion.size"] == "Bytes."
    assert said["User.timezone"] == "Empty: the firm's."  # behind the field
    assert said["IsolationProof.probes"] == "How many questions were asked."  # above it
    assert said["PlatformAuditLog.user_id"].startswith("The person who acted")  # in an abstract model
    assert said["ReviewNote.workpaper"] == "The workpaper it belongs to."

from django.core.management import call_command

from tenancy.management.commands.schema_docs import our_models, schema_page


def test_the_schema_page_is_fresh() -> None:
    call_command("schema_docs", check=True)


def test_every_table_of_ours_is_on_it() -> None:
    page = schema_page()
    assert [model._meta.db_table for model in our_models() if f"### `{model._meta.db_table}`" not in page] == []

import pytest
from django.core.management import call_command


@pytest.mark.django_db(databases=["default", "marketing"])
def test_system_checks_find_nothing() -> None:
    call_command("check", fail_level="WARNING", databases=["default", "marketing"])

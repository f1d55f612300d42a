"""Which connection a row is read and written on: the surface's, whatever connection the row came from."""

import pytest

from clients.models import Client
from marketing.models import BlogPost
from tenancy.context import IDENTITY, OPERATOR, OWNER
from tenancy.router import TenancyRouter

ALIASES = {"app": "default", IDENTITY: "identity", OPERATOR: "operator", OWNER: "owner"}
router = TenancyRouter()


@pytest.fixture(autouse=True)
def aliases_of_production(settings: object) -> None:
    settings.TENANCY_ALIASES = ALIASES  # type: ignore[attr-defined]


@pytest.mark.parametrize("came_from", ["owner", "operator", "identity"])
def test_a_row_does_not_drag_its_connection_along(came_from: str) -> None:
    row = Client()
    row._state.db = came_from
    assert router.db_for_read(Client, instance=row) == router.db_for_write(Client, instance=row) == "default"


def test_the_site_has_its_own_connection_on_every_surface() -> None:
    for ask in (router.db_for_read, router.db_for_write):
        assert ask(BlogPost) == "marketing"


def test_rows_of_the_site_and_of_a_firm_are_never_related() -> None:
    assert not router.allow_relation(BlogPost(), Client())
    assert router.allow_relation(Client(), Client())


@pytest.mark.parametrize(
    ("database", "app", "may"),
    [
        ("default", "clients", True), ("owner", "clients", True), ("marketing", "clients", False),
        ("default", "marketing", False), ("marketing", "marketing", True), ("marketing_owner", "marketing", True),
    ],
)  # fmt: skip
def test_tables_are_made_where_they_belong(database: str, app: str, may: bool) -> None:
    assert router.allow_migrate(database, app) is may

import pytest

from tenancy import cache
from tenancy.context import TenantError
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_same_key_holds_another_value_in_every_firm(cast: Cast) -> None:
    with cast.ours.inside():
        cache.put("number", 1, seconds=60)
    with cast.theirs.inside():
        assert cache.get("number") is None
        cache.put("number", 2, seconds=60)
        cache.drop("number")
    with cast.ours.inside():
        assert cache.get("number") == 1


@pytest.mark.parametrize(
    "use", [lambda: cache.get("number"), lambda: cache.put("number", 1, seconds=60), lambda: cache.drop("number")]
)
def test_a_key_without_a_firm_is_refused(use: object) -> None:
    with pytest.raises(TenantError):
        use()  # type: ignore[operator]


def test_the_key_names_the_firm(cast: Cast) -> None:
    with cast.ours.inside():
        assert cache.tenant_key("number") == f"org:{cast.ours.organization.pk}:number"

import pytest
from django.test import Client as Browser

from tests.cast import Cast, in_portal, keep_file


@pytest.fixture(autouse=True)
def files_of_the_cast(cast: Cast) -> None:
    """A test elsewhere may have built the cast while it had a store of its own."""
    for firm in (cast.ours, cast.theirs):
        keep_file(firm)


@pytest.fixture
def ana(cast: Cast) -> Browser:
    return in_portal(cast.ours)

import pytest

from tests.cast import Cast, keep_file


@pytest.fixture(autouse=True)
def files_of_the_cast(cast: Cast) -> None:
    """A test elsewhere may have built the cast while it had a store of its own."""
    for firm in (cast.ours, cast.theirs):
        keep_file(firm)

import pytest

from accounts.models import UserSession
from tenancy.context import IDENTITY, surface


@pytest.fixture(autouse=True)
def nobody_is_signed_in(request: pytest.FixtureRequest) -> None:
    """The cast keeps a browser of everybody's signed in; here each test counts the sessions it starts itself."""
    if "cast" in request.fixturenames:
        request.getfixturevalue("cast")
        with surface(IDENTITY):
            UserSession.objects.all().delete()

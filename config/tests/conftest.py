import pytest


@pytest.fixture
def operator(cast, sign_in):
    return sign_in(cast.operator)

"""The permanent cast: two firms alike in every kind of row, so that a test can always name the other firm's."""

from tests.cast.browsers import came_by, in_portal, signed_in
from tests.cast.building import build_cast
from tests.cast.clients import PDF, keep_file
from tests.cast.firm import Cast, Firm
from tests.cast.people import PASSWORD, ROLES, make_user

__all__ = [
    "PASSWORD",
    "PDF",
    "ROLES",
    "Cast",
    "Firm",
    "build_cast",
    "came_by",
    "in_portal",
    "keep_file",
    "make_user",
    "signed_in",
]

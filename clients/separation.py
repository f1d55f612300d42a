"""What a firm may keep apart in its work with clients. See organizations.duties."""

from collections.abc import Iterable
from uuid import UUID

from clients.models import InformationRequest
from organizations.duties import Duty

ACCEPT = "accept_request"


def _author(item: InformationRequest) -> Iterable[UUID | None]:
    return [item.created_by_id]


AUTHOR_ACCEPTS = Duty("author_accepts", ACCEPT, "Whoever wrote a request does not accept the answer to it.", _author)

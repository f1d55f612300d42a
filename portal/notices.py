"""What contacts are told of, as jobs queued in the transaction of the change itself."""

from clients.models import InformationRequest
from portal.jobs import send_published_notice, send_returned_notice
from tenancy import cache

#: A firm publishes a list row by row: one mail for all that follows within this time.
GATHER_SECONDS = 10 * 60


def tell_returned(request: InformationRequest) -> None:
    send_returned_notice.enqueue(request_id=request.pk)


def tell_published(request: InformationRequest) -> None:
    key = f"portal-published:{request.request_list_id}"
    if cache.get(key) is None:
        cache.put(key, True, seconds=GATHER_SECONDS)
        send_published_notice.enqueue(list_id=request.request_list_id)

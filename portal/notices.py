"""What contacts are told of, as jobs queued in the transaction of the change itself."""

from typing import Any

from clients.models import ClientContact, InformationRequest, RequestList
from conversations.models import Comment
from portal.comment_jobs import send_comment_notice
from portal.jobs import gathering_key, send_published_notice, send_returned_notice
from portal.sign_in import revoke_all
from tenancy import cache

#: A firm publishes a list row by row: one mail, this long after the first, tells of all that followed.
GATHER_SECONDS = 10 * 60


def tell_returned(request: InformationRequest) -> None:
    send_returned_notice.enqueue(request_id=request.pk)


def tell_published(request: InformationRequest) -> None:
    key = gathering_key(request.request_list_id)
    if cache.get(key) is None:
        # The job lets go of the key; should it be lost, the key's own end does.
        cache.put(key, True, seconds=2 * GATHER_SECONDS)
        send_published_notice.enqueue_in(GATHER_SECONDS, list_id=request.request_list_id)


def tell_reminded(request_list: RequestList) -> None:
    """The same mail as for what is new: how many things the list waits for. Once in ten minutes, however often asked."""
    key = f"portal-reminded:{request_list.pk}"
    if cache.get(key) is None:
        cache.put(key, True, seconds=GATHER_SECONDS)
        send_published_notice.enqueue(list_id=request_list.pk)


def tell_written(row: Any, comment: Comment) -> None:
    send_comment_notice.enqueue(comment_id=comment.pk)


def end_access(contact: ClientContact) -> None:
    """What was mailed to the old address opens nothing any more, and whoever used it is signed out."""
    revoke_all(contact)

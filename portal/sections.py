"""The contact's request lists: what is still to send, and what was sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from clients.models import ClientContact, InformationRequest, RequestList
from clients.request_progress import Progress
from portal.items import Item, items_of, visible_requests

Status = InformationRequest.Status
#: How far along: what stands first among what is with the firm, or over.
SENT_ORDER = [Status.RETURNED, Status.PENDING, Status.SUBMITTED, Status.ACCEPTED, Status.WAIVED]


@dataclass
class Section:
    """One request list with the contact's items."""

    request_list: RequestList
    items: list[Item]
    to_send: list[Item] = field(init=False)
    sent: list[Item] = field(init=False)

    def __post_init__(self) -> None:
        self.to_send = sorted(
            (item for item in self.items if item.can_answer), key=lambda item: item.request.due_date or date.max
        )
        rest = [item for item in self.items if not item.can_answer]
        self.sent = sorted(rest, key=lambda item: SENT_ORDER.index(Status(item.request.status)))

    @property
    def progress(self) -> Progress:
        """What is not needed any more is left out of the total."""
        statuses = [item.request.status for item in self.items]
        late = sum(item.is_late for item in self.items)
        return Progress(
            done=statuses.count(Status.ACCEPTED), firm=statuses.count(Status.SUBMITTED), late=late,
            client=sum(item.request.is_with_client for item in self.items) - late,
        )  # fmt: skip

    @property
    def sent_count(self) -> int:
        return self.progress.done + self.progress.firm

    @property
    def last_date(self) -> date | None:
        return max((item.request.due_date for item in self.to_send if item.request.due_date), default=None)


def sections_for(contact: ClientContact) -> list[Section]:
    """The contact's lists, open ones and the newest first."""
    requests = visible_requests(contact).order_by(
        "-request_list__status", "-request_list__created_at", "request_list_id", "position", "pk"
    )
    return [Section(key, list(group)) for key, group in groupby(items_of(requests, contact), key=_list_of)]


def section_of(contact: ClientContact, request_list: RequestList) -> Section:
    """One list, also where the contact sees nothing of it yet."""
    requests = visible_requests(contact).filter(request_list=request_list).order_by("position", "pk")
    return Section(request_list, items_of(requests, contact))


def _list_of(item: Item) -> RequestList:
    return item.request.request_list


def is_all_sent(sections: Iterable[Section]) -> bool:
    return not any(section.to_send for section in sections)

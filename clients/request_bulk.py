"""One change to many requests at once. A row that changed since it was checked is reported, not overwritten."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clients import notices, telling
from clients.models import ClientContact, InformationRequest, RequestEvent, RequestList, RequestSample
from clients.models.answer_type import AnswerType
from clients.models.request_lifecycle import TransitionRefused
from clients.models.request_status import Status
from clients.request_order import move_to_section
from clients.separation import ACCEPT
from organizations import duties
from organizations.models import Membership

Versions = dict[UUID, int]


@dataclass(frozen=True)
class Outcome:
    changed: int
    stale: list[str]
    unfit: list[str]

    @property
    def asked(self) -> int:
        return self.changed + len(self.stale) + len(self.unfit)


@transaction.atomic
def change(request_list: RequestList, seen: Versions, values: dict[str, Any]) -> Outcome:
    """Set the same values on all; `seen` holds the version of each row as the person saw it."""
    fresh, stale = _locked(request_list, seen, "change its requests")
    _rows(fresh).update(**values, version=F("version") + 1)
    return Outcome(len(fresh), _references(request_list, stale), [])


@transaction.atomic
def ask(request_list: RequestList, seen: Versions, contact: ClientContact | None) -> Outcome:
    """Of one person at the client, or of anybody there. Only what still waits for an answer changes hands."""
    fresh, stale = _locked(request_list, seen, "change its requests")
    waiting = [item for item in fresh if item.status == Status.DRAFT or item.is_with_client]
    _rows(waiting).update(contact=contact, version=F("version") + 1)
    return _outcome(request_list, waiting, fresh, stale)


@transaction.atomic
def assign(request_list: RequestList, seen: Versions, member: Membership | None, *, by: Membership) -> Outcome:
    """Give them all to one reviewer, who hears of it once."""
    fresh, stale = _locked(request_list, seen, "change its requests")
    _rows(fresh).update(assigned_to=member, version=F("version") + 1)
    new = [item for item in fresh if item.assigned_to_id != (member.pk if member else None)]
    telling.many_assigned(request_list, new, member, by=by)
    return Outcome(len(fresh), _references(request_list, stale), [])


@transaction.atomic
def publish(request_list: RequestList, seen: Versions, *, by: Membership) -> Outcome:
    """Show the drafts among them to the client."""
    fresh, stale = _locked(request_list, seen, "publish its requests")
    drafts = _with_rows([item for item in fresh if item.status == Status.DRAFT])
    _publish(drafts, by)
    return _outcome(request_list, drafts, fresh, stale)


@transaction.atomic
def accept(request_list: RequestList, seen: Versions, *, by: Membership) -> Outcome:
    """Accept the answers among them, but those that the firm's rules leave to a colleague."""
    fresh, stale = _locked(request_list, seen)
    answered = [item for item in fresh if item.status == Status.SUBMITTED and not duties.refusal(ACCEPT, item, by=by)]
    _step(answered, Status.ACCEPTED, by)
    return _outcome(request_list, answered, fresh, stale)


def waiting(request_list: RequestList, seen: Versions) -> tuple[list[UUID], Outcome]:
    """Which of them are with the client and as they were seen; and what is said of the others. Changes nothing."""
    rows = list(_of(request_list).filter(pk__in=seen))
    fresh = [item for item in rows if item.version == seen[item.pk]]
    ready = [item for item in fresh if item.is_with_client]
    stale = [item for item in rows if item not in fresh]
    return [item.pk for item in ready], _outcome(request_list, ready, fresh, stale)


@transaction.atomic
def send_back(request_list: RequestList, seen: Versions, *, by: Membership, reason: str) -> Outcome:
    """Return the answers among them to the client, all with the same reason."""
    fresh, stale = _locked(request_list, seen, "return its requests")
    answered = [item for item in fresh if item.status in (Status.SUBMITTED, Status.ACCEPTED)]
    _step(answered, Status.RETURNED, by, reason)
    telling.many_returned(request_list, answered, by=by)
    for item in answered[:1]:  # one returned has a mail of its own; of many, one mail tells how many there are
        (notices.returned if len(answered) == 1 else notices.published)(item)
    return _outcome(request_list, answered, fresh, stale)


@transaction.atomic
def trash(request_list: RequestList, seen: Versions) -> Outcome:
    fresh, stale = _locked(request_list, seen, "delete its requests")
    _rows(fresh).update(deleted_at=timezone.now(), version=F("version") + 1)
    return Outcome(len(fresh), _references(request_list, stale), [])


@transaction.atomic
def move(request_list: RequestList, seen: Versions, *, section: str) -> Outcome:
    """To the end of another section, in the order they have."""
    fresh, stale = _locked(request_list, seen, "change its requests")
    move_to_section(request_list, [item.pk for item in fresh], section)
    return Outcome(len(fresh), _references(request_list, stale), [])


def _step(items: list[InformationRequest], end: Status, by: Membership, reason: str = "") -> None:
    reviewed = {"reviewed_at": timezone.now(), "reviewed_by": by, "review_reason": reason}
    _rows(items).update(status=end, version=F("version") + 1, **reviewed)
    RequestEvent.objects.bulk_create(
        RequestEvent(request=item, from_status=item.status, to_status=end, member=by, reason=reason) for item in items
    )


def _outcome(
    request_list: RequestList,
    done: list[InformationRequest],
    fresh: list[InformationRequest],
    stale: list[InformationRequest],
) -> Outcome:
    others = [item for item in fresh if item not in done]
    return Outcome(len(done), _references(request_list, stale), _references(request_list, others))


@transaction.atomic
def publish_all(request_list: RequestList, *, by: Membership) -> tuple[int, list[InformationRequest]]:
    """How many were published, and the tables that stay drafts until they have rows."""
    _lock(request_list, "publish its requests")
    drafts = list(_of(request_list).filter(status=Status.DRAFT).select_for_update(of=("self",)))
    ready = _with_rows(drafts)
    _publish(ready, by)
    return len(ready), [item for item in drafts if item not in ready]


def _with_rows(drafts: list[InformationRequest]) -> list[InformationRequest]:
    """Without the tables in which there is nothing to fill in."""
    tables = [item for item in drafts if item.answer_type == AnswerType.TABLE]
    filled = set(RequestSample.objects.filter(request__in=tables).values_list("request", flat=True))
    return [item for item in drafts if item not in tables or item.pk in filled]


def _publish(drafts: list[InformationRequest], by: Membership) -> None:
    _rows(drafts).update(status=Status.PENDING, version=F("version") + 1)
    RequestEvent.objects.bulk_create(
        RequestEvent(request=item, from_status=Status.DRAFT, to_status=Status.PENDING, member=by) for item in drafts
    )
    for item in drafts[:1]:  # one mail tells of the whole list
        notices.published(item)


def _lock(request_list: RequestList, purpose: str) -> None:
    """Wait for whoever closes or arranges the list. Raises TransitionRefused if it is closed."""
    if sentence := RequestList.objects.select_for_update().get(pk=request_list.pk).refusal(purpose):
        raise TransitionRefused(sentence)


def _locked(
    request_list: RequestList, seen: Versions, purpose: str = ""
) -> tuple[list[InformationRequest], list[InformationRequest]]:
    """Those that are as they were seen, and those that changed meanwhile. With a purpose, only on an open list."""
    if purpose:
        _lock(request_list, purpose)
    rows = _of(request_list).filter(pk__in=seen).select_for_update(of=("self",))
    fresh: list[InformationRequest] = []
    stale: list[InformationRequest] = []
    for item in rows:
        (fresh if item.version == seen[item.pk] else stale).append(item)
    return fresh, stale


def _of(request_list: RequestList) -> Any:
    # In one order, so that two people's selections cannot wait for each other.
    return InformationRequest.objects.filter(request_list=request_list).order_by("pk").defer("tsv")


def _rows(items: list[InformationRequest]) -> Any:
    return InformationRequest.objects.filter(pk__in=[item.pk for item in items])


def _references(request_list: RequestList, items: list[InformationRequest]) -> list[str]:
    return [f"{request_list.prefix}-{number:03d}" for number in sorted(item.number for item in items)]

"""One change to many requests at once. A row that changed since it was checked is reported, not overwritten."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from clients import notices
from clients.models import InformationRequest, RequestEvent, RequestList
from clients.models.request_status import Status
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
    fresh, stale = _locked(request_list, seen)
    _rows(fresh).update(**values, version=F("version") + 1)
    return Outcome(len(fresh), _references(request_list, stale), [])


@transaction.atomic
def publish(request_list: RequestList, seen: Versions, *, by: Membership) -> Outcome:
    """Show the drafts among them to the client."""
    fresh, stale = _locked(request_list, seen)
    drafts = [item for item in fresh if item.status == Status.DRAFT]
    _publish(drafts, by)
    others = [item for item in fresh if item not in drafts]
    return Outcome(len(drafts), _references(request_list, stale), _references(request_list, others))


@transaction.atomic
def publish_all(request_list: RequestList, *, by: Membership) -> int:
    drafts = list(_of(request_list).filter(status=Status.DRAFT).select_for_update(of=("self",)))
    _publish(drafts, by)
    return len(drafts)


def _publish(drafts: list[InformationRequest], by: Membership) -> None:
    _rows(drafts).update(status=Status.PENDING, version=F("version") + 1)
    RequestEvent.objects.bulk_create(
        RequestEvent(request=item, from_status=Status.DRAFT, to_status=Status.PENDING, member=by) for item in drafts
    )
    for item in drafts[:1]:  # one mail tells of the whole list
        notices.published(item)


def _locked(request_list: RequestList, seen: Versions) -> tuple[list[InformationRequest], list[InformationRequest]]:
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

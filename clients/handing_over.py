"""Requests a member reviews, given to another one."""

from collections import defaultdict

from django.db.models import F, QuerySet

from clients import telling
from clients.models import InformationRequest
from organizations.models import Membership
from organizations.open_work import Work
from organizations.permissions import Permission


def open_requests(member: Membership) -> "QuerySet[InformationRequest]":
    return InformationRequest.objects.open().filter(assigned_to=member).select_related("request_list")


def give(requests: list[InformationRequest], to: Membership, by: Membership) -> None:
    """They hear of it once for each list."""
    InformationRequest.objects.filter(pk__in=[one.pk for one in requests]).update(
        assigned_to=to, version=F("version") + 1
    )
    of_list = defaultdict(list)
    for one in requests:
        of_list[one.request_list].append(one)
    for request_list, theirs in of_list.items():
        telling.many_assigned(request_list, theirs, to, by=by)


REQUESTS = Work("open request", "open requests", Permission.VIEW_REQUESTS, open_requests, give)

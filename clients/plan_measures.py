"""How many clients, open lists and bytes a firm has, for its plan; and which of its clients came first."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Sum

from billing import frozen, measures, plan_permissions
from billing.features import F
from clients.models import (
    Client,
    ClientContact,
    Document,
    DocumentVersion,
    InformationRequest,
    Project,
    RequestList,
)
from clients.models.client import ClientQuerySet


def register() -> None:
    measures.register(F.CLIENTS, lambda: working().count())
    measures.register(F.REQUEST_LISTS, lambda: RequestList.objects.in_progress().count())
    measures.register(F.STORAGE, bytes_kept)
    frozen.register(F.CLIENTS, nth_client)
    plan_permissions.client_of.update(CLIENT_OF)


def _found(model: Any, path: str) -> Callable[[UUID], UUID | None]:
    return lambda id: model.objects.filter(pk=id).values_list(path, flat=True).first()


#: Without the client's own pages of archiving and deleting: these are how a firm frees a place.
CLIENT_OF: dict[str, Callable[[UUID], UUID | None]] = {
    "client_id": lambda id: id,
    "contact_id": _found(ClientContact, "client_id"),
    "document_id": _found(Document, "client_id"),
    "project_id": _found(Project, "client_id"),
    "list_id": _found(RequestList, "client_id"),
    "request_id": _found(InformationRequest, "request_list__client_id"),
}


def working() -> ClientQuerySet:
    """Clients the firm works with: an archived one takes no place."""
    return Client.objects.exclude(status=Client.Status.ARCHIVED)


def nth_client(number: int) -> UUID | None:
    return working().order_by("pk").values_list("pk", flat=True)[number - 1 : number].first()


def bytes_kept() -> int:
    return DocumentVersion.objects.aggregate(sum=Sum("size"))["sum"] or 0

"""How many clients, open lists and bytes a firm has, for its plan; and which of its clients came first."""

from uuid import UUID

from django.db.models import Model, Sum

from billing import frozen, measures, plan_permissions
from billing.features import F
from clients.models import (
    Client,
    ClientContact,
    Document,
    DocumentVersion,
    InformationRequest,
    PartialUpload,
    Project,
    ProjectWall,
    RequestList,
)
from clients.models.client import ClientQuerySet


def register() -> None:
    measures.register(F.CLIENTS, lambda: working().count())
    measures.register(F.REQUEST_LISTS, lambda: RequestList.objects.in_progress().count())
    measures.register(F.STORAGE, bytes_kept)
    frozen.register(F.CLIENTS, nth_client)
    plan_permissions.ways.update(WAYS)


#: Without the client's own pages of archiving and deleting: these are how a firm frees a place.
WAYS: dict[str, tuple[type[Model], str]] = {
    "client_id": (Client, "pk"),
    "contact_id": (ClientContact, "client_id"),
    "document_id": (Document, "client_id"),
    "deleted_id": (Document, "client_id"),
    "upload_id": (PartialUpload, "client_id"),
    "project_id": (Project, "client_id"),
    "deleted_project_id": (Project, "client_id"),
    "project_wall_id": (ProjectWall, "project__client_id"),
    "list_id": (RequestList, "client_id"),
    "request_id": (InformationRequest, "request_list__client_id"),
}


def working() -> ClientQuerySet:
    """Clients the firm works with: an archived one takes no place."""
    return Client.objects.exclude(status=Client.Status.ARCHIVED)


def nth_client(number: int) -> UUID | None:
    return working().order_by("pk").values_list("pk", flat=True)[number - 1 : number].first()


def bytes_kept() -> int:
    return DocumentVersion.objects.aggregate(sum=Sum("size"))["sum"] or 0

"""The clients of a firm, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema

from clients.client_search import ORDERS, ClientFilter
from clients.models import Client
from clients.tags import tags_of
from look.paging import keyset_page
from organizations.operations import Token
from organizations.permissions import Permission

PER_PAGE = 50
router = Router()


class ListedClient(Schema):
    id: UUID
    name: str
    code: str
    type: str
    status: str
    industry: str
    website: str
    year_end: str
    tags: list[str]
    updated_at: datetime
    created_at: datetime


class ClientPage(Schema):
    """`next` and `previous` are what to ask after the address; empty where there is nothing more."""

    results: list[ListedClient]
    next: str
    previous: str


@router.get("clients/", response=ClientPage, auth=Token(Permission.VIEW_CLIENTS), url_name="api_client_list")
def client_list(request: Any) -> dict[str, Any]:
    """The clients the token's person sees, with the filters of the page."""
    wanted = ClientFilter.read(request.GET)
    found = wanted.apply(Client.objects.visible_to(request.member), request.member)
    page = keyset_page(found, ORDERS[wanted.order], request.GET, size=PER_PAGE)
    tags = tags_of([client.pk for client in page.rows])
    rows = [{**vars(client), "tags": tags.get(client.pk, [])} for client in page.rows]
    return {"results": rows, "next": page.next, "previous": page.previous}

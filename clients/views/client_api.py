from typing import Any

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from clients.client_search import ORDERS, ClientFilter
from clients.models import Client
from clients.paging import keyset_page
from clients.tags import tags_of
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

PER_PAGE = 50


@require_safe
@requires(Permission.VIEW_CLIENTS)
def api_client_list(request: OrganizationRequest) -> JsonResponse:
    """The clients this member sees, with the filters of the page; `next` and `previous` are what to ask after `?`."""
    wanted = ClientFilter.read(request.GET)
    found = wanted.apply(Client.objects.visible_to(request.member), request.member)
    page = keyset_page(found, ORDERS[wanted.order], request.GET, size=PER_PAGE)
    tags = tags_of([client.pk for client in page.rows])
    rows = [as_json(client, tags.get(client.pk, [])) for client in page.rows]
    return JsonResponse({"results": rows, "next": page.next, "previous": page.previous})


def as_json(client: Client, tags: list[str]) -> dict[str, Any]:
    return {
        "id": str(client.pk),
        "name": client.name,
        "code": client.code,
        "type": client.type,
        "status": client.status,
        "industry": client.industry,
        "website": client.website,
        "year_end": client.year_end,
        "tags": tags,
        "updated_at": client.updated_at.isoformat(),
        "created_at": client.created_at.isoformat(),
    }

"""Pages of a firm that misbehave; test_connections puts them in the place of the real ones."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from clients.models import Client
from organizations.access import any_member
from organizations.middleware import OrganizationRequest
from tenancy.context import tenant


def names() -> Iterator[str]:
    for client in Client.objects.order_by("name"):
        yield f"{client.name}\n"


@any_member
def listing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("".join(names()))


@any_member
def crash(request: HttpRequest) -> HttpResponse:
    Client.objects.create(name="Half written")
    raise RuntimeError


@any_member
def broken_sql(request: HttpRequest) -> HttpResponse:
    Client.objects.create(name="Half written")
    Client.objects.create(name="x" * 500)
    return HttpResponse()


@any_member
def unavailable(request: HttpRequest) -> HttpResponse:
    Client.objects.create(name="Half written")
    return HttpResponse(status=503)


@any_member
def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(names())


@any_member
def careful_stream(request: OrganizationRequest) -> StreamingHttpResponse:
    organization_id = request.organization.pk

    def inside() -> Iterator[str]:
        with tenant(organization_id):
            yield from names()

    return StreamingHttpResponse(inside())


urlpatterns = [
    path("listing/", listing, name="listing"),
    path("crash/", crash, name="crash"),
    path("broken-sql/", broken_sql, name="broken_sql"),
    path("unavailable/", unavailable, name="unavailable"),
    path("stream/", stream, name="stream"),
    path("careful-stream/", careful_stream, name="careful_stream"),
]

"""What programs may ask, for whoever writes one: a page, and the OpenAPI document. Both are made here, from the operations."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.api_document import document, told
from organizations.access import any_member
from organizations.middleware import OrganizationRequest


@require_safe
@any_member
def api_docs(request: OrganizationRequest) -> HttpResponse:
    address = f"/api/v1/o/{request.organization.slug}"
    return render(request, "organizations/api/docs.html", {"groups": told(), "address": address})


@require_safe
@any_member
def api_document(request: OrganizationRequest) -> JsonResponse:
    firm = {"url": f"/api/v1/o/{request.organization.slug}"}
    return JsonResponse(document() | {"servers": [firm]})

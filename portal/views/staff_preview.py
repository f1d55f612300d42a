"""The firm looks at a list with the client's eyes."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients.models import ClientContact, InformationRequest, RequestList
from clients.views.request_list import answering, visible_list
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from portal.sections import section_of


@require_safe
@requires(Permission.VIEW_REQUESTS)
def list_as_client(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    """What one contact finds of the list in the portal, and what they do not. Nothing is marked read or sent."""
    request_list = visible_list(request, list_id)
    people = answering(request_list)
    contact = next((one for one in people if str(one.pk) == request.GET.get("contact")), people[0] if people else None)
    context = {
        "request_list": request_list,
        "people": people,
        "contact": contact,
        **(_seen_by(contact, request_list) if contact else {}),
    }
    return render(request, "portal/staff/as_client.html", context)


def _seen_by(contact: ClientContact, request_list: RequestList) -> dict[str, Any]:
    section = section_of(contact, request_list)
    everything = InformationRequest.objects.filter(request_list=request_list)
    drafts = everything.filter(status=InformationRequest.Status.DRAFT).count()
    return {
        "section": section,
        "progress": section.progress,
        "drafts": drafts,
        "others": everything.count() - drafts - len(section.items),
    }

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from audit import log
from clients.downloads import FileHeld, file_response
from clients.models import DocumentVersion
from portal.access import contact_required
from portal.items import shared_documents
from portal.middleware import PortalRequest
from portal.rendering import render_portal


@require_safe
@contact_required
def portal_download(request: PortalRequest, version_id: UUID) -> HttpResponse | FileResponse:
    """A file shared on a request the contact sees; being of the same client is not enough."""
    versions = DocumentVersion.objects.filter(document__in=shared_documents(request.contact))
    version = get_object_or_404(versions.select_related("document"), pk=version_id)
    try:
        response = file_response(version)
    except FileHeld as held:
        return render_portal(
            request, "portal/held.html", {"name": version.document.name, "sentence": str(held)}, status=409
        )
    log.record("download", version, name=version.document.name, sha256=version.sha256)
    return response

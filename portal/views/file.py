from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from audit import log
from clients.downloads import file_response
from clients.models import DocumentVersion
from portal.access import contact_required
from portal.items import shared_documents
from portal.middleware import PortalRequest


@require_safe
@contact_required
def portal_download(request: PortalRequest, version_id: UUID) -> HttpResponse | FileResponse:
    """A file shared on a request the contact sees; being of the same client is not enough."""
    versions = DocumentVersion.objects.filter(document__in=shared_documents(request.contact))
    version = get_object_or_404(versions.select_related("document"), pk=version_id)
    log.record("download", version, name=version.document.name, sha256=version.sha256)
    return file_response(version)

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.models import Workpaper


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def workpaper_detail(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return render(request, "workspaces/workpaper/detail.html", {"paper": visible_paper(request, workpaper_id)})


def visible_paper(request: OrganizationRequest, workpaper_id: UUID) -> Workpaper:
    papers = Workpaper.objects.visible_to(request.member).select_related("binder__project__client")
    return get_object_or_404(papers, pk=workpaper_id)

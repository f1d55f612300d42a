"""The versions of a session: named, compared, put back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces.forms.version_name import VersionNameForm
from workspaces.models import SessionVersion
from workspaces.scoping import comparing, saving, shape
from workspaces.views.scoping import tabs_of, visible_session


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_history(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    versions = SessionVersion.objects.filter(session=session).select_related("created_by").defer("document")
    if "named" in request.GET:
        versions = versions.exclude(name="")
    page = keyset_page(versions, ("-number", "-id"), request.GET, size=30)
    context = {"session": session, "page": page, "parts": tabs_of(session, ""), "form": VersionNameForm()}
    return render(request, "workspaces/scoping/history.html", context)


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_version(request: OrganizationRequest, scoping_id: UUID, number: int) -> HttpResponse:
    """What one version changed; with `?now`, how it differs from what stands there now."""
    session = visible_session(request, scoping_id)
    version = get_object_or_404(SessionVersion.objects.select_related("created_by"), session=session, number=number)
    earlier = SessionVersion.objects.filter(session=session, number__lt=number).order_by("-number").first()
    is_now = "now" in request.GET
    before = version.document if is_now else earlier.document if earlier else shape.blank()
    after = session.document if is_now else version.document
    context = {
        "session": session, "version": version, "earlier": earlier, "is_now": is_now,
        "changes": comparing.changes(before, after), "parts": tabs_of(session, ""),
    }  # fmt: skip
    return render(request, "workspaces/scoping/version.html", context)


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_version_naming(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    form = VersionNameForm(request.POST)
    if form.is_valid():
        version = saving.name_version(session, form.cleaned_data["name"], by=request.member)
        messages.success(request, f"Version {version.number} is named “{version.name}”")
        return redirect("scoping_history", scoping_id=session.pk)
    page = keyset_page(
        SessionVersion.objects.filter(session=session).select_related("created_by"), ("-number", "-id"), request.GET
    )
    context = {"session": session, "page": page, "parts": tabs_of(session, ""), "form": form}
    return render(request, "workspaces/scoping/history.html", context, status=422)


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_version_restoration(request: OrganizationRequest, scoping_id: UUID, number: int) -> HttpResponse:
    session = visible_session(request, scoping_id)
    version = get_object_or_404(SessionVersion, session=session, number=number)
    saving.put_back(session, version, by=request.member)
    messages.success(request, f"Version {number} is back. What stood there until now is in the history.")
    return redirect(session)

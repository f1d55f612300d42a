"""The versions of a session: named, compared, put back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from clients.views.partials import is_partial
from look.paging import Page, keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Organization
from organizations.permissions import Permission
from workspaces.forms.version_name import VersionNameForm
from workspaces.models import ScopingSession, SessionSnapshot, SessionVersion
from workspaces.scoping import comparing, saving, shape
from workspaces.scoping.page import SessionPage
from workspaces.scoping.shape import Document
from workspaces.scoping.typed import number as as_number
from workspaces.views.scoping import tabs_of, visible_session

MOST_TO_CHOOSE = 100


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_history(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    versions = SessionVersion.objects.filter(session=session).select_related("created_by").defer("document")
    if "named" in request.GET:
        versions = versions.exclude(name="")
    page = keyset_page(versions, ("-number", "-id"), request.GET, size=30)
    return _history(request, session, page, VersionNameForm())


def _history(
    request: OrganizationRequest, session: ScopingSession, page: Page, form: VersionNameForm, status: int = 200
) -> HttpResponse:
    numbers = [version.number for version in page.rows]
    sent = SessionSnapshot.objects.filter(session=session, version__in=numbers).values_list("version", flat=True)
    context = {"session": session, "page": page, "sent": set(sent), "parts": tabs_of(session, ""), "form": form}
    template = f"workspaces/scoping/history.html{'#drawer' if is_partial(request) else ''}"
    return render(request, template, context, status=status)


@require_safe
@requires(Permission.VIEW_SCOPING)
def scoping_version(request: OrganizationRequest, scoping_id: UUID, number: int) -> HttpResponse:
    """What one version changed; with `?with=`, how it differs from another, or from what stands there `now`."""
    session = visible_session(request, scoping_id)
    version = get_object_or_404(SessionVersion.objects.select_related("created_by"), session=session, number=number)
    wanted = request.GET.get("with", "")
    before, after, heads = _compared(session, version, wanted)
    context = {
        "session": session, "version": version, "heads": heads, "wanted": wanted, "others": _others(version),
        "changes": comparing.changes(before, after), "fees": fees(session, request.organization, before, after),
        "parts": tabs_of(session, ""), "form": VersionNameForm(initial={"name": version.name}),
    }  # fmt: skip
    return render(request, "workspaces/scoping/version.html", context)


def _compared(session: ScopingSession, version: SessionVersion, wanted: str) -> tuple[Document, Document, list[str]]:
    """The older document, the newer one, and what each is called."""
    if wanted == "now":
        return version.document, session.document, [f"Version {version.number}", "Now"]
    versions = SessionVersion.objects.filter(session=session)
    if as_number(wanted):
        one, other = sorted(
            [version, get_object_or_404(versions, number=as_number(wanted))], key=lambda row: row.number
        )
        return one.document, other.document, [f"Version {one.number}", f"Version {other.number}"]
    earlier = versions.filter(number__lt=version.number).order_by("-number").first()
    return earlier.document if earlier else shape.blank(), version.document, ["Before", "In this version"]


def _others(version: SessionVersion) -> list[tuple[str, str]]:
    """The newest of those it can be compared with, the named ones by their names."""
    rows = SessionVersion.objects.filter(session=version.session_id).exclude(pk=version.pk).order_by("-number")
    named = rows.values_list("number", "name")[:MOST_TO_CHOOSE]
    return [(str(number), f"Version {number}{f': {name}' if name else ''}") for number, name in named]


def fees(session: ScopingSession, firm: Organization, before: Document, after: Document) -> list[str]:
    """What both come to at their rates; empty where it is the same."""
    pages = [SessionPage(session, firm, document) for document in (before, after)]
    old, new = (page.priced.total for page in pages)
    return [] if old == new else [pages[0].money(old), pages[1].money(new)]


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_version_naming(request: OrganizationRequest, scoping_id: UUID) -> HttpResponse:
    session = visible_session(request, scoping_id)
    form, wanted = VersionNameForm(request.POST), as_number(request.POST.get("number"))
    if wanted:
        get_object_or_404(SessionVersion, session=session, number=wanted)
    if form.is_valid():
        version = saving.name_version(session, form.cleaned_data["name"], by=request.member, number=wanted or None)
        messages.success(request, f"Version {version.number} is named “{version.name}”")
        return redirect("scoping_history", scoping_id=session.pk)
    versions = SessionVersion.objects.filter(session=session).select_related("created_by").defer("document")
    return _history(request, session, keyset_page(versions, ("-number", "-id"), request.GET, size=30), form, status=422)


@require_POST
@requires(Permission.WRITE_SCOPING)
def scoping_version_restoration(request: OrganizationRequest, scoping_id: UUID, number: int) -> HttpResponse:
    session = visible_session(request, scoping_id)
    version = get_object_or_404(SessionVersion, session=session, number=number)
    saving.put_back(session, version, by=request.member)
    messages.success(request, f"Version {number} is back. What stood there until now is in the history.")
    return redirect(session)

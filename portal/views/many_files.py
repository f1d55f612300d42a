"""Many files of a contact for one list: matched by their names, confirmed, and sent if the contact says so."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients import document_changes
from clients.forms.document import MatchingForm
from clients.matching import propose
from clients.models import Document, InformationRequest, RequestList
from clients.models.request_lifecycle import TransitionRefused
from clients.models.request_status import Answer
from clients.uploads import store_for_client
from clients.views.document_upload import take
from portal.access import contact_required
from portal.items import item_of, upload_hint, visible_requests
from portal.middleware import PortalRequest
from portal.rendering import render_portal
from portal.views.request import NO_FILES
from portal.views.upload import begin_answer

AT_ONCE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@contact_required
def portal_list_files(request: PortalRequest, list_id: UUID) -> HttpResponse:
    asked = _asked(request, list_id)
    if request.method != "POST":
        return _page(request, asked)
    uploads = request.FILES.getlist("files")
    if not uploads:
        return _page(request, asked, refusal=NO_FILES, status=422)
    received = take(uploads, lambda upload: store_for_client(
        upload, client=request.contact.client, by=request.contact, visibility=Document.Visibility.SHARED,
        intake=asked[0].request_list,
    ))  # fmt: skip
    if any(file.error for file in received):
        return _page(request, asked, received=received, status=422)
    return redirect("portal_list_files", list_id)


@require_POST
@contact_required
def portal_list_files_begin(request: PortalRequest, list_id: UUID) -> JsonResponse:
    return begin_answer(request, request_list=_asked(request, list_id)[0].request_list)


@require_POST
@contact_required
def portal_list_files_matching(request: PortalRequest, list_id: UUID) -> HttpResponse:
    asked = _asked(request, list_id)
    form = _form(request, asked, request.POST)
    if not form.is_valid():
        return _page(request, asked, form=form, status=422)
    decisions = form.decisions()
    matched = document_changes.settle(decisions)
    sent = _send(request, {item.pk: item for _, item in decisions if item}) if "send" in request.POST else 0
    _tell(request, matched, sent)
    waiting = _waiting(request, asked[0].request_list).exists()
    return redirect("portal_list_files", list_id) if waiting else redirect("portal_home")


def _send(request: PortalRequest, requests: dict[Any, InformationRequest]) -> int:
    """Hand over each request that got a file; one that somebody has answered meanwhile stays as it is."""
    sent = 0
    for asked in requests.values():
        try:
            asked.submit(by=request.contact, answer=Answer.PROVIDED)
            sent += 1
        except TransitionRefused as refused:
            messages.warning(request, f"{asked.title}: {refused}")
    return sent


def _tell(request: PortalRequest, matched: int, sent: int) -> None:
    if sent:
        said = ngettext("Sent: %(files)s file", "Sent: %(files)s files", matched) % {"files": matched}
        messages.success(request, said)
    elif matched:
        said = ngettext("%(count)s file added.", "%(count)s files added.", matched) % {"count": matched}
        messages.success(request, said + " " + _("Press “Send” when all is there."))


def _asked(request: PortalRequest, list_id: UUID) -> list[InformationRequest]:
    """What of the list the contact can still answer; without any the list is not here."""
    mine = visible_requests(request.contact).filter(request_list=list_id, request_list__status=RequestList.Status.OPEN)
    asked = [found for found in mine.order_by("position", "pk") if item_of(found, request.contact).can_answer]
    if not asked:
        raise Http404("Nothing of this list is with the contact.")
    return asked


def _waiting(request: PortalRequest, request_list: RequestList) -> Any:
    """What this contact has dropped here; a colleague's files are the colleague's to match."""
    waiting = Document.objects.filter(intakes__request_list=request_list, intakes__contact=request.contact)
    return waiting.prefetch_related("versions").order_by("created_at", "id")


def _form(request: PortalRequest, asked: list[InformationRequest], data: Any = None) -> MatchingForm:
    proposals = propose(_waiting(request, asked[0].request_list)[:AT_ONCE], asked)
    return MatchingForm(data, proposals=proposals, requests=asked, for_client=True)


def _page(
    request: PortalRequest, asked: list[InformationRequest], *, form: MatchingForm | None = None, status: int = 200,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    form, request_list = form or _form(request, asked), asked[0].request_list
    context |= {
        "request_list": request_list, "form": form, "matched": form.matched, "upload_hint": upload_hint(),
        "matching_url": reverse("portal_list_files_matching", args=[request_list.pk]),
    }  # fmt: skip
    return render_portal(request, "portal/many_files.html", context, status=status)

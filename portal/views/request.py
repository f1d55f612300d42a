"""One request: the page a mail's deep link leads to, and answering it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from clients.document_changes import InUse
from clients.models import InformationRequest
from clients.models.request_lifecycle import TransitionRefused
from portal.access import contact_required, wants_json
from portal.answers import Received, receive, receive_rows, send_answer, take_back
from portal.conversations import conversation_of
from portal.forms import AnswerForm
from portal.items import Item, item_of, visible_requests
from portal.middleware import PortalRequest
from portal.rendering import render_portal

NO_FILES = gettext_lazy("No file was chosen. Choose one or more, then press “Add files”.")
NOT_OPEN = gettext_lazy("This was sent or closed meanwhile, so nothing was sent now. What you had sent before is safe.")
FIRM_USES_IT = gettext_lazy("The firm works with this file already, so it stays. You can add another one.")
NOT_YOURS_TO_REMOVE = gettext_lazy("This file was sent already and stays with what you sent.")


@require_safe
@contact_required
def portal_request(request: PortalRequest, request_id: UUID) -> HttpResponse:
    return _page(request, find_item(request, request_id))


@require_POST
@contact_required
def portal_upload(request: PortalRequest, request_id: UUID) -> HttpResponse:
    """Keep the files. Each is answered by name; what was typed beside them stays typed."""
    item = find_item(request, request_id, lock=True)
    form = AnswerForm(request.POST, request=item.request)
    if not item.can_answer:
        return _refused(request, item, form, NOT_OPEN, status=409)
    uploads = request.FILES.getlist("files")
    if not uploads:
        return _refused(request, item, form, NO_FILES, status=422)
    received = receive(uploads, request=item.request, by=request.contact)
    received += receive_rows(form, files=request.FILES, by=request.contact)
    has_refusal = any(file.error for file in received)
    if wants_json(request):
        _say_known(request, received)
        return _files_json(request, item, received)
    if has_refusal or form.is_typed_in:
        item = find_item(request, request_id, form=form)
        return _page(request, item, received=received, status=422 if has_refusal else 200)
    _say_known(request, received)
    if added := sum(not file.note for file in received):
        said = ngettext("%(count)s file added.", "%(count)s files added.", added) % {"count": added}
        messages.success(request, said + " " + _("Press “Send” when all is there."))
    return redirect(back(request, item))


@require_POST
@contact_required
def portal_rows(request: PortalRequest, request_id: UUID) -> HttpResponse:
    """Keep the rows of a table of samples while somebody is still filling them in."""
    item = find_item(request, request_id, lock=True)
    form = AnswerForm(request.POST, request=item.request)
    if not item.can_answer:
        return _refused(request, item, form, NOT_OPEN, status=409)
    received = receive_rows(form, files=request.FILES, by=request.contact)
    if received or form.is_typed_in:
        return _page(
            request, find_item(request, request_id, form=form), received=received, status=422 if received else 200
        )
    messages.success(request, _("Saved. Go on whenever you like, and press “Send” when all is there."))
    return redirect(back(request, item))


@require_POST
@contact_required
def portal_submission(request: PortalRequest, request_id: UUID) -> HttpResponse:
    """Send the answer, with files chosen but not yet added: without JavaScript people press only the last button."""
    item = find_item(request, request_id, lock=True)
    form = AnswerForm(request.POST, request=item.request)
    if not item.can_answer:
        return _refused(request, item, form, NOT_OPEN, status=409)
    received = receive(request.FILES.getlist("files"), request=item.request, by=request.contact)
    received += receive_rows(form, files=request.FILES, by=request.contact)
    item = find_item(request, request_id, form=form)
    if not form.is_valid() or any(file.error for file in received):
        return _page(request, item, received=received, status=422)
    try:
        typed: Any = {name: form.cleaned_data.get(name) for name in ("answer", "text", "value")}
        send_answer(item, by=request.contact, **typed)
    except TransitionRefused as refused:
        return _refused(request, item, form, str(refused), status=422)
    _say_known(request, received)
    messages.success(request, _("Sent. You hear from us if something is missing."))
    return redirect("portal_home")


@require_POST
@contact_required
def portal_upload_removal(request: PortalRequest, request_id: UUID, version_id: UUID) -> HttpResponse:
    item = find_item(request, request_id, lock=True)
    file = next((file for file in item.uploads if file.version.pk == version_id), None)
    if file is None:
        raise Http404("No such file on this request.")
    if not (item.can_answer and file.can_remove):
        return _refused(request, item, None, NOT_YOURS_TO_REMOVE, status=409)
    try:
        take_back(file)
    except InUse:
        return _refused(request, item, None, FIRM_USES_IT, status=409)
    messages.success(request, _("File removed"))
    return redirect(back(request, item))


def find_item(request: PortalRequest, request_id: UUID, *, lock: bool = False, form: AnswerForm | None = None) -> Item:
    """The request if the contact may see it. `lock` makes a second press wait for the first."""
    if lock:
        visible = InformationRequest.objects.visible_to_contact(request.contact)
        get_object_or_404(visible.select_for_update(of=("self",)), pk=request_id)
    return item_of(get_object_or_404(visible_requests(request.contact), pk=request_id), request.contact, form)


def _page(
    request: PortalRequest, item: Item, *, received: Sequence[Received] = (), refusal: str = "", status: int = 200
) -> HttpResponse:
    has_refusal = any(file.error for file in received)
    talk = conversation_of(item.request, request.contact)
    context = {"item": item, "talk": talk, "received": received, "has_refusal": has_refusal, "refusal": refusal}
    return render_portal(request, "portal/request.html", context, status=status)


def _refused(
    request: PortalRequest, item: Item, form: AnswerForm | None, sentence: str | Promise, *, status: int
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"files": [{"name": "", "error": str(sentence)}]}, status=status)
    if form is not None:
        item = item_of(item.request, request.contact, form)
    return _page(request, item, refusal=str(sentence), status=status)


def _files_json(request: PortalRequest, item: Item, received: list[Received]) -> JsonResponse:
    files = [{"name": file.name, "error": file.error} for file in received]
    status = 422 if any(file.error for file in received) else 200
    return JsonResponse({"files": files, "redirect": back(request, item)}, status=status)


def _say_known(request: PortalRequest, received: Sequence[Received]) -> None:
    for file in received:
        for said in filter(None, [file.note, file.advice]):
            messages.info(request, f"{file.name}: {said}")


def back(request: PortalRequest, item: Item) -> str:
    """To the page the person came from, at the item."""
    if request.POST.get("page") != "home":
        return reverse("portal_request", args=[item.request.pk])
    # An address that differs in the part behind # alone would only scroll, and not show the new files.
    query = urlencode({"open": item.request.pk, "at": f"{timezone.now():%H%M%S}"})
    return f"{reverse('portal_home')}?{query}#i-{item.request.pk}"

"""Duplicates: those that look alike, two compared field by field, and the merge."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clients import client_merge_undo, duplicates
from clients.client_merge import MergeRefused, merge, preview
from clients.forms.client_more import MergeForm, OtherClientForm
from clients.models import Client
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def client_duplicates(request: OrganizationRequest) -> HttpResponse:
    groups = duplicates.likely(Client.objects.visible_to(request.member))
    return render(request, "clients/client_merge/duplicates.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def client_merge(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    """Without another client it asks for one; with one (`?other=`) it compares; by POST it merges."""
    mine = Client.objects.visible_to(request.member)
    client = get_object_or_404(mine, pk=client_id)
    named = request.GET.get("other", "")
    search = OtherClientForm(request.GET if "other" in request.GET else None, clients=mine.exclude(pk=client.pk))
    other = _by_id(mine.exclude(pk=client.pk), named) or (search.cleaned_data["other"] if search.is_valid() else None)
    if other is None:
        context = {"client": client, "search": search}
        is_wrong = request.method == "POST" or search.errors
        return render(request, "clients/client_merge/choose.html", context, status=422 if is_wrong else 200)
    shown = preview(client, other, by=request.member)
    data = request.POST if request.method == "POST" else None
    form = MergeForm(data, target=client, source=other, differences=shown.differences)
    if form.is_valid() and _merged(request, form, client, other):
        return redirect(client)
    context = {"client": client, "other": other, "preview": shown, "form": form}
    if form.errors:
        form.data = {**form.data.dict(), "seen": form.mark} if hasattr(form.data, "dict") else form.data
    return render(request, "clients/client_merge/compare.html", context, status=409 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def client_merge_undoing(request: OrganizationRequest, client_id: UUID, merge_id: UUID) -> HttpResponse:
    """What would go back to the client that is gone; by POST it does."""
    merge = get_object_or_404(client_merge_undo.undoable(request.member).filter(target=client_id), pk=merge_id)
    if request.method != "POST":
        context = {"client": merge.target, "merge": merge, "returns": client_merge_undo.preview(merge)}
        return render(request, "clients/client_merge/undo.html", context)
    try:
        client = client_merge_undo.undo(merge, by=request.member)
    except MergeRefused as refused:
        messages.warning(request, str(refused))
        return redirect(merge.target)
    messages.success(request, f"{client.name} is a client of its own again")
    return redirect(client)


def _merged(request: OrganizationRequest, form: MergeForm, client: Client, other: Client) -> bool:
    try:
        with transaction.atomic():
            merge(client, other, take=set(form.cleaned_data["take"]), by=request.member)
    except MergeRefused as refused:
        form.add_error(None, str(refused))
    except IntegrityError:
        form.add_error(
            None, "Both have something of which a client can have only one. Remove it from one of them first."
        )
    else:
        messages.success(request, f"{other.name} went into {client.name}")
        return True
    return False


def _by_id(clients: object, text: str) -> Client | None:
    try:
        return clients.filter(pk=UUID(text)).first()  # type: ignore[attr-defined]
    except ValueError:
        return None

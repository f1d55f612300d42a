"""One document: what it is, who sees it, what it answers, who opened it, and what may be changed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clients import document_changes, document_purge
from clients.document_openings import openings
from clients.document_seers import seers_of
from clients.downloads import IN_PLACE, held_sentence
from clients.forms.document import LinkForm, NameForm
from clients.models import Client, Document, DocumentContent, DocumentVersion
from clients.uploads import same_elsewhere
from clients.views.document import answers_seen
from clients.views.document_upload import visible_document
from conversations import inbox
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission


@require_safe
@requires(Permission.VIEW_DOCUMENTS)
def document_detail(request: OrganizationRequest, document_id: UUID) -> HttpResponse:
    document = visible_document(request, document_id)
    inbox.mark_read(request.member, subject_id=document.pk)  # before the page's head counts what is unread
    return _page(request, document)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_renaming(request: OrganizationRequest, document_id: UUID) -> HttpResponse:
    document = visible_document(request, document_id)
    form = NameForm(request.POST, document=document)
    if not form.is_valid():
        return _page(request, document, name_form=form, status=422)
    document_changes.rename(document, form.cleaned_data["name"])
    messages.success(request, "Document renamed")
    return redirect(document)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_sharing(request: OrganizationRequest, document_id: UUID) -> HttpResponse:
    document = visible_document(request, document_id)
    document_changes.show_to(document, Document.Visibility.SHARED)
    messages.success(request, "Shared. Whoever at the client is asked the linked requests can open it.")
    return redirect(document)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_hiding(request: OrganizationRequest, document_id: UUID) -> HttpResponse:
    document = visible_document(request, document_id)
    document_changes.show_to(document, Document.Visibility.FIRM)
    messages.success(request, "Firm only. Nobody at the client sees it any more.")
    return redirect(document)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_link(request: OrganizationRequest, document_id: UUID) -> HttpResponse:
    document = visible_document(request, document_id)
    form = LinkForm(request.POST, document=document, member=request.member)
    if not form.is_valid():
        return _page(request, document, link_form=form, status=422)
    document_changes.link(document, form.cleaned_data["request"])
    messages.success(request, f"Linked to {form.cleaned_data['request'].reference}")
    return redirect(document)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_unlink(request: OrganizationRequest, document_id: UUID, link_id: UUID) -> HttpResponse:
    document = visible_document(request, document_id)
    pairs = answers_seen(request.member).select_related("request__request_list")
    pair = get_object_or_404(pairs, pk=link_id, document=document)
    document_changes.unlink(pair)
    messages.success(request, f"No longer linked to {pair.request.reference}")
    return redirect(document)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_replacement(request: OrganizationRequest, document_id: UUID, other_id: UUID) -> HttpResponse:
    """Use the same file that is there already instead of this one."""
    document = visible_document(request, document_id)
    newest = document.versions.order_by("-number").first()
    same = same_elsewhere(newest).open_to(request.member) if newest else Document.objects.none()
    other = get_object_or_404(same, pk=other_id)
    try:
        document_changes.use_instead(document, other, by=request.member)
    except document_changes.InUse as used:
        return _kept(request, document, used)
    messages.success(request, f"“{other.name}” is used instead. The second copy is in the trash.")
    return redirect(other)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_deletion(request: OrganizationRequest, document_id: UUID) -> HttpResponse:
    document = visible_document(request, document_id)
    try:
        document_changes.delete(document, by=request.member)
    except document_changes.InUse as used:
        return _kept(request, document, used)
    messages.success(request, f"“{document.name}” is in the trash")
    return redirect("client_documents", client_id=document.client_id)


def _kept(request: OrganizationRequest, document: Document, used: document_changes.InUse) -> HttpResponse:
    messages.error(request, str(used))
    return redirect(document)


@require_POST
@requires(Permission.MANAGE_DOCUMENTS)
def document_restoration(request: OrganizationRequest, deleted_id: UUID) -> HttpResponse:
    deleted = Document.with_deleted.visible_to(request.member).exclude(deleted_at=None)
    document = get_object_or_404(deleted, pk=deleted_id)
    document_changes.restore(document)
    messages.success(request, f"“{document.name}” is back")
    return redirect(document)


@require_safe
@requires(Permission.MANAGE_DOCUMENTS)
def client_document_trash(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)
    deleted = Document.with_deleted.visible_to(request.member).filter(client=client).exclude(deleted_at=None)
    page = keyset_page(deleted, ("-deleted_at", "-id"), request.GET)
    context = {"client": client, "page": page, "kept_days": document_purge.kept_for().days}
    return render(request, "clients/document/trash.html", context)


def _page(request: OrganizationRequest, document: Document, *, status: int = 200, **forms: Any) -> HttpResponse:
    versions = list(_versions(document))
    newest = versions[0] if versions else None
    may_manage = request.member.can(Permission.MANAGE_DOCUMENTS)
    pairs = answers_seen(request.member).filter(document=document)
    context = {
        "document": document,
        "client": document.client,
        "versions": versions,
        "newest": newest,
        "held": held_sentence(newest) if newest else "",
        "content": DocumentContent.objects.filter(document=document).defer("text", "tsv").first(),
        "can_preview": newest is not None and not newest.is_held and newest.content_type in IN_PLACE,
        "seers": seers_of(document),
        "pairs": pairs.select_related("request__request_list").order_by("created_at"),
        "same": same_elsewhere(newest).open_to(request.member)[:3] if newest else [],
        "openings": openings(versions),
        "name_form": forms.get("name_form") or NameForm(document=document),
        "link_form": forms.get("link_form")
        or (LinkForm(document=document, member=request.member) if may_manage else None),
        "documents_url": reverse("client_documents", kwargs={"client_id": document.client_id}),
    }
    return render(request, "clients/document/detail.html", context, status=status)


def _versions(document: Document) -> "QuerySet[DocumentVersion]":
    related = document.versions.select_related("uploaded_by_member", "uploaded_by_contact")
    return related.prefetch_related(Prefetch("scans")).order_by("-number")

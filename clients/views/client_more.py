"""What else a client's page does: its timeline, relations, the tax number, the trash."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import log
from clients import client_trash
from clients.client_events import record
from clients.client_trash import TrashRefused
from clients.forms.client_more import RelationForm
from clients.models import Client, ClientEvent, ClientRelation
from clients.timeline import timeline
from look.paging import keyset_page
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

Verb = ClientEvent.Verb


@require_safe
@requires(Permission.VIEW_CLIENTS)
def client_timeline(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = _client(request, client_id)
    found = timeline(client, request.member, before=request.GET.get("before", ""))
    return render(request, "clients/client/timeline.html", {"client": client, "timeline": found})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS)
def client_relation_create(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = _client(request, client_id)
    others = Client.objects.visible_to(request.member).exclude(pk=client.pk)
    form = RelationForm(request.POST if request.method == "POST" else None, clients=others)
    if form.is_valid() and _related(form, client, request):
        return redirect(client)
    context = {"client": client, "form": form}
    return render(request, "clients/client/relation.html", context, status=422 if form.errors else 200)


def _related(form: RelationForm, client: Client, request: OrganizationRequest) -> bool:
    other, kind = form.cleaned_data["other"], form.cleaned_data["kind"]
    both = Q(client=client, related=other) | Q(client=other, related=client)
    relation = ClientRelation(client=client, related=other, kind=kind, created_by=request.member)
    try:
        with transaction.atomic():
            if ClientRelation.objects.filter(both).exists():
                raise IntegrityError
            relation.save()
    except IntegrityError:
        form.add_error("other", f"{client.name} and {other.name} are related already.")
        return False
    for one, another in ((client, other), (other, client)):
        record(one, Verb.RELATED, f"{relation.words_from(one.pk)} {another.name}", by=request.member)
    messages.success(request, f"{client.name}: {relation.words_from(client.pk).lower()} {other.name}")
    return True


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_relation_removal(request: OrganizationRequest, client_id: UUID, relation_id: UUID) -> HttpResponse:
    client = _client(request, client_id)
    seen = Client.with_deleted.visible_to(request.member)
    own = ClientRelation.objects.filter(Q(client=client) | Q(related=client), client__in=seen, related__in=seen)
    relation = get_object_or_404(own.select_related("client", "related"), pk=relation_id)
    relation.delete()
    for one, another in ((relation.client, relation.related), (relation.related, relation.client)):
        record(one, Verb.UNRELATED, another.name, by=request.member)
    messages.success(request, "Relation removed")
    return redirect(client)


@require_POST
@never_cache
@requires(Permission.MANAGE_CLIENTS)
def client_tax_id_reveal(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    """The number in full, once, and a line in the audit trail that says who looked."""
    client = _client(request, client_id)
    log.record("reveal", client, field="tax_id")
    record(client, Verb.REVEALED, by=request.member)
    return render(request, "clients/client/tax_id.html", {"client": client})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_CLIENTS, frees_a_place=True)
def client_deletion(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    """For clients added by mistake; those with work on record are archived."""
    client = _client(request, client_id)
    if request.method == "POST":
        try:
            client_trash.put_into_trash(client, by=request.member)
        except TrashRefused as refused:
            messages.warning(request, str(refused))
            return redirect(client)
        messages.success(request, f"{client.name} is in the trash")
        return redirect("client_list")
    context = {"client": client, "work": client_trash.holding(client)}
    return render(request, "clients/client/deletion.html", context)


@require_safe
@requires(Permission.MANAGE_CLIENTS)
def client_trash_list(request: OrganizationRequest) -> HttpResponse:
    clients = client_trash.in_trash(request.member).defer("notes", "tsv")
    page = keyset_page(clients, ("-deleted_at", "-id"), request.GET, size=50)
    return render(request, "clients/client/trash.html", {"page": page})


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def client_restoration(request: OrganizationRequest, trashed_id: UUID) -> HttpResponse:
    client = get_object_or_404(client_trash.in_trash(request.member), pk=trashed_id)
    with_code = client_trash.restore(client, by=request.member)
    messages.success(request, f"{client.name} is back")
    if client.code and not with_code:
        messages.warning(request, f"Another client has the code {client.code} meanwhile, so it came back without one.")
    return redirect(client)


def _client(request: OrganizationRequest, client_id: UUID) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)

"""What this layer knows of a client's past: the client itself, its requests and its documents."""

from django.db.models import QuerySet

from clients.models import Client, ClientEvent, ClientMerge, Document, DocumentVersion, RequestEvent
from clients.models.project import open_to
from clients.timeline import Entry, Source
from organizations.models import Membership
from organizations.permissions import Permission


def _events(client: Client, member: Membership) -> "QuerySet[ClientEvent]":
    own = [client.pk, *ClientMerge.objects.filter(target=client).values_list("source", flat=True)]
    events = ClientEvent.objects.filter(client__in=own).select_related("member")
    return events if member.can(Permission.MANAGE_ACCESS) else events.exclude(verb__in=ClientEvent.DISCREET)


def _event(row: ClientEvent) -> Entry:
    return Entry((row.created_at, row.pk), str(row.member or "Tickmark"), row.get_verb_display(), row.what)


def _steps(client: Client, member: Membership) -> "QuerySet[RequestEvent]":
    return RequestEvent.objects.filter(
        open_to(member, project="request__request_list__project"),
        request__request_list__client=client,
        request__request_list__deleted_at=None,
        request__deleted_at=None,
    ).select_related("request__request_list", "member", "contact")


def _step(row: RequestEvent) -> Entry:
    asked = row.request
    return Entry(
        (row.created_at, row.pk), row.actor_name, row.verb, asked.title, asked.reference, asked.get_absolute_url(),
        row.reason, row.contact_id is not None,
    )  # fmt: skip


def _versions(client: Client, member: Membership) -> "QuerySet[DocumentVersion]":
    documents = Document.objects.open_to(member).filter(client=client)
    rows = DocumentVersion.objects.filter(document__in=documents)
    return rows.select_related("document", "uploaded_by_member", "uploaded_by_contact")


def _version(row: DocumentVersion) -> Entry:
    again = f", version {row.number}" if row.number > 1 else ""
    href, by_client = row.document.get_absolute_url(), row.uploaded_by_contact_id is not None
    moment, verb = (row.created_at, row.pk), f"uploaded{again}"
    return Entry(moment, row.uploader_name, verb, row.document.name, href=href, is_client=by_client)


OF_CLIENTS = [
    Source(_events, _event),
    Source(_steps, _step, Permission.VIEW_REQUESTS),
    Source(_versions, _version, Permission.VIEW_DOCUMENTS),
]

"""Requests and documents as things to talk about: who sees them, who should hear of news, who reads at the client."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.urls import reverse

from clients.document_seers import who_see
from clients.file_checks import clean_name
from clients.models import Client, ClientContact, Document, InformationRequest, RequestList
from clients.models.contact import ClientContactQuerySet
from clients.project_access import viewers_of_list
from clients.uploads import UploadRefused, store_for_client, store_upload
from conversations.people import Person
from conversations.subjects import CommentRefused, Scope, Subject
from organizations.models import Membership
from organizations.permissions import Permission

#: Columns that no page of a conversation shows.
HEAVY = ("tsv", "request_list__project__tsv", "request_list__project__description")
#: How a contact opens files; the portal, an app above, puts its own in: (contact id, document ids) → addresses.
contact_file_urls: list[Callable[[UUID, Iterable[UUID]], dict[UUID, str]]] = []


def portal_contacts(client: Client) -> ClientContactQuerySet:
    return ClientContact.objects.with_portal().filter(client=client).order_by("-is_primary", "name")


def may_follow_list(member: Membership, list_id: UUID) -> bool:
    """Whether an open page of this member may hear that something on the list changed."""
    lists = RequestList.objects.visible_to(member).filter(pk=list_id)
    return member.can(Permission.VIEW_REQUESTS) and lists.exists()


class ClientSubject(Subject):
    has_client_side = True

    def file_urls(self, ids: Iterable[UUID], reader: Person) -> dict[UUID, str]:
        if reader.member is None:
            return contact_file_urls[0](reader.contact_id, ids) if contact_file_urls and reader.contact_id else {}
        if not reader.member.can(Permission.VIEW_DOCUMENTS):
            return {}
        seen = Document.objects.visible_to(reader.member).filter(pk__in=list(ids)).values_list("pk", flat=True)
        return {pk: reverse("document_download", kwargs={"document_id": pk}) for pk in seen}


class RequestSubject(ClientSubject):
    kind, noun, model = "request", "request", InformationRequest

    def visible_to(self, member: Membership) -> QuerySet[InformationRequest]:
        if not member.can(Permission.VIEW_REQUESTS):
            return InformationRequest.objects.none()
        rows = InformationRequest.objects.visible_to(member).filter(request_list__deleted_at=None)
        return rows.select_related("request_list__client", "request_list__project", "contact").defer(*HEAVY)

    def visible_to_contact(self, contact: ClientContact) -> QuerySet[InformationRequest]:
        return InformationRequest.objects.visible_to_contact(contact).select_related("request_list__client", "contact")

    def viewers(self, row: InformationRequest) -> list[Membership]:
        return viewers_of_list(row.request_list)

    def followers(self, row: InformationRequest) -> dict[UUID, str]:
        if row.assigned_to_id:
            return {row.assigned_to_id: "assigned"}
        return {row.request_list.created_by_id: "asked"} if row.request_list.created_by_id else {}

    def contacts(self, row: InformationRequest) -> list[str]:
        if row.status == InformationRequest.Status.DRAFT:
            return []
        people = portal_contacts(row.request_list.client)
        if row.contact_id:
            people = people.asked_or_coordinating([row.contact_id])
        return [contact.name for contact in people]

    def client_refusal(self, row: InformationRequest) -> str:
        if row.status == InformationRequest.Status.DRAFT:
            return "The client does not see this request yet. Publish it first."
        return "" if self.contacts(row) else f"Nobody at {row.request_list.client} may use the portal."

    def title(self, row: InformationRequest) -> str:
        return f"{row.reference} {row.title}"

    def place(self, row: InformationRequest) -> tuple[str, dict[str, Any]]:
        return "request_detail", {"request_id": row.pk}

    def wider_scopes(self, row: InformationRequest) -> list[Scope]:
        """Its list, and its project."""
        found = [Scope("request-list", row.request_list_id, str(row.request_list))]
        if row.request_list.project_id:
            found.append(Scope("project", row.request_list.project_id, str(row.request_list.project)))
        return found

    def shown_with(self, row: InformationRequest) -> list[tuple[str, UUID]]:
        return [("request-list", row.request_list_id)]

    def keep_file(
        self, row: InformationRequest, upload: UploadedFile, *, by: Any, is_internal: bool
    ) -> tuple[UUID, str]:
        """What the client reads along is a file of the request; what the firm notes for itself is a firm-only one."""
        try:
            if is_internal:
                return keep_firm_file(row.request_list.client, upload, by=by)
            document = store_upload(upload, request=row, by=by).document
        except UploadRefused as refused:
            raise CommentRefused(f"{clean_name(upload.name)}: {refused}") from refused
        return document.pk, document.name


class DocumentSubject(ClientSubject):
    kind, noun, model = "document", "document", Document

    def visible_to(self, member: Membership) -> QuerySet[Document]:
        if not member.can(Permission.VIEW_DOCUMENTS):
            return Document.objects.none()
        return Document.objects.visible_to(member).select_related("client")

    def visible_to_contact(self, contact: ClientContact) -> QuerySet[Document]:
        """Shared, and on a request that the contact sees."""
        asked = InformationRequest.objects.visible_to_contact(contact)
        return Document.objects.visible_to_contact(contact).filter(request_documents__request__in=asked).distinct()

    def viewers(self, row: Document) -> list[Membership]:
        return who_see(row)

    def followers(self, row: Document) -> dict[UUID, str]:
        requests = InformationRequest.objects.filter(request_documents__document=row).exclude(assigned_to=None)
        return dict.fromkeys(requests.values_list("assigned_to_id", flat=True), "assigned")

    def contacts(self, row: Document) -> list[str]:
        if row.visibility == Document.Visibility.FIRM:
            return []
        return [contact.name for contact in portal_contacts(row.client) if self._is_seen(row, contact)]

    def client_refusal(self, row: Document) -> str:
        if row.visibility == Document.Visibility.FIRM:
            return "The client does not see this document."
        return "" if self.contacts(row) else f"Nobody at {row.client} sees this document."

    def place(self, row: Document) -> tuple[str, dict[str, Any]]:
        return "document_detail", {"document_id": row.pk}

    def keep_file(self, row: Document, upload: UploadedFile, *, by: Any, is_internal: bool) -> tuple[UUID, str]:
        if not is_internal:
            raise CommentRefused("Send files to the client with the request they belong to.")
        try:
            return keep_firm_file(row.client, upload, by=by)
        except UploadRefused as refused:
            raise CommentRefused(f"{clean_name(upload.name)}: {refused}") from refused

    def _is_seen(self, row: Document, contact: ClientContact) -> bool:
        return self.visible_to_contact(contact).filter(pk=row.pk).exists()


def keep_firm_file(client: Client, upload: UploadedFile, *, by: Membership) -> tuple[UUID, str]:
    """A document of the client that only the firm sees. Raises UploadRefused."""
    document = store_for_client(upload, client=client, by=by, visibility=Document.Visibility.FIRM).document
    return document.pk, document.name

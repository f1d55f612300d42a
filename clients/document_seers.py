"""Who can open a document, as names of people: a word such as “shared” leaves open with whom."""

from dataclasses import dataclass

from clients import project_access
from clients.client_access import viewers_of
from clients.models import Client, ClientContact, Document, InformationRequest, RequestList
from organizations.models import Membership
from organizations.permissions import Permission


@dataclass(frozen=True)
class Seers:
    members: list[str]
    contacts: list[str]


def seers_of(document: Document) -> Seers:
    return Seers(
        [str(member) for member in who_see(document)], [contact.name for contact in contacts_who_see(document)]
    )


def audience_of(client: Client) -> tuple[list[str], list[str]]:
    """Who of the firm opens the client's files, and who of the client may open what is shared and asked of them."""
    contacts = ClientContact.objects.with_portal().filter(client=client).order_by("name", "id")
    return [str(member) for member in viewers_of(client, Permission.VIEW_DOCUMENTS)], [row.name for row in contacts]


def who_see(document: Document) -> list[Membership]:
    """`Document.visible_to`, asked the other way round: what answers requests is seen with one of their projects."""
    members = viewers_of(document.client, Permission.VIEW_DOCUMENTS)
    lists = RequestList.with_deleted.filter(requests__request_documents__document=document).select_related("project")
    projects = {found.project for found in lists}
    if not projects:
        return members
    seen = {member.pk for project in projects for member in project_access.among(project, members)}
    return [member for member in members if member.pk in seen]


def contacts_who_see(document: Document) -> list[ClientContact]:
    """Shared, and on a published request asked of this contact or of anyone there; a coordinator sees every one."""
    if document.visibility != Document.Visibility.SHARED:
        return []
    asked = InformationRequest.objects.published().filter(
        request_documents__document=document, request_list__deleted_at=None
    )
    asked_of = set(asked.values_list("contact", flat=True))
    if not asked_of:
        return []
    contacts = ClientContact.objects.with_portal().filter(client=document.client_id).order_by("name", "id")
    return list(contacts if None in asked_of else contacts.asked_or_coordinating(asked_of))

"""Who can open a document, as names of people: a word such as “shared” leaves open with whom."""

from dataclasses import dataclass

from clients.client_access import Facts, explain
from clients.models import ClientContact, Document, InformationRequest
from organizations.models import Membership
from organizations.permissions import Permission


@dataclass(frozen=True)
class Seers:
    members: list[str]
    contacts: list[str]


def seers_of(document: Document) -> Seers:
    facts = Facts.of(document.client)
    members = Membership.objects.active().with_roles().order_by("display_name", "id")
    able = [m for m in members if m.can(Permission.VIEW_DOCUMENTS) and explain(m, document.client, facts).sees]
    return Seers([str(member) for member in able], [contact.name for contact in contacts_who_see(document)])


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

"""Who is reminded of a request, and why somebody is not."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from clients.models import ClientContact, InformationRequest
from portal.models import PortalPreference, ReminderMail

WEEKLY, OFF = PortalPreference.Reminders.WEEKLY, PortalPreference.Reminders.OFF


class Audience:
    """The contacts of some clients, with what each has chosen, in three queries."""

    def __init__(self, clients: Iterable[UUID]) -> None:
        contacts = ClientContact.objects.filter(client__in=set(clients)).select_related("client").order_by("name", "pk")
        self.contacts = {contact.pk: contact for contact in contacts}
        self.of_client: dict[UUID, list[ClientContact]] = defaultdict(list)
        for contact in self.contacts.values():
            self.of_client[contact.client_id].append(contact)
        chosen = PortalPreference.objects.filter(contact__in=self.contacts)
        self.chosen = {preference.contact_id: preference for preference in chosen}
        self.has_weekly = any(preference.reminders == WEEKLY for preference in self.chosen.values())
        self.last = last_days(self.contacts)

    def of(self, request: InformationRequest) -> list[ClientContact]:
        """Who is asked; else who coordinates at the client; else its main contacts."""
        if request.contact_id:
            found = self.contacts.get(request.contact_id)
            return [found] if found else []
        everybody = self.of_client[request.request_list.client_id]
        coordinators = [contact for contact in everybody if contact.is_coordinator]
        return coordinators or [contact for contact in everybody if contact.is_primary]

    def obstacle(self, contact: ClientContact) -> str:
        """Why no automatic reminder reaches this contact; nothing if one does."""
        if not contact.portal_access:
            return "may not use the portal"
        if not (contact.invited_at or contact.last_seen_at):
            return "was never sent a link"
        preference = self.chosen.get(contact.pk)
        if preference and (preference.reminders == OFF or not preference.notifications):
            return "has turned reminders off"
        return ""

    def is_weekly(self, contact: ClientContact) -> bool:
        preference = self.chosen.get(contact.pk)
        return preference is not None and preference.reminders == WEEKLY


def last_days(contacts: Iterable[UUID]) -> dict[UUID, date]:
    """The day of each contact's newest automatic reminder."""
    mails = ReminderMail.objects.counted().filter(contact__in=list(contacts), is_manual=False)
    return dict(mails.order_by("contact", "day").values_list("contact", "day"))

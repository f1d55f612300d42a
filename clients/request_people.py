"""Reviewers and contacts as a cell of a file names them."""

from typing import Any

from clients.forms.request import assignable
from clients.models import ClientContact, RequestList

NOUNS = {"assigned_to": "reviewer", "contact": "client contact"}


class People:
    """Who may review requests of a list, and who may answer them, by name or address."""

    def __init__(self, request_list: RequestList) -> None:
        self.known: dict[str, dict[str, Any]] = {"assigned_to": {}, "contact": {}}
        for person in assignable(request_list):
            self.known["assigned_to"] |= {str(person).casefold(): person, person.email.casefold(): person}
        for contact in ClientContact.objects.filter(client=request_list.client_id):
            self.known["contact"] |= {str(contact).casefold(): contact, contact.email.casefold(): contact}

    def find(self, name: str, text: str, now: Any = None) -> Any:
        """`now` is who stands there, under whatever name. Raises ValueError in words."""
        if not text or (now is not None and str(now) == text):
            return now if text else None
        if found := self.known[name].get(text.casefold()):
            return found
        raise ValueError(f"Nobody called “{text[:60]}” can be {NOUNS[name]}.")

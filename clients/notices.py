"""What a client's people are to be told. The portal, an app above, registers how when Django starts."""

from collections.abc import Callable

from clients.models import ClientContact, InformationRequest, RequestList

on_returned: list[Callable[[InformationRequest], None]] = []
on_published: list[Callable[[InformationRequest], None]] = []
on_reminded: list[Callable[[RequestList], None]] = []
on_access_ended: list[Callable[[ClientContact], None]] = []


def returned(request: InformationRequest) -> None:
    """Call after `send_back` or `reopen`, in the same transaction."""
    for tell in on_returned:
        tell(request)


def published(request: InformationRequest) -> None:
    """Call after a draft is published, in the same transaction; many of one list make one mail."""
    for tell in on_published:
        tell(request)


def reminded(request_list: RequestList) -> None:
    """Call to tell the client's people once more what the list still waits for."""
    for tell in on_reminded:
        tell(request_list)


def access_ended(contact: ClientContact) -> None:
    """Call when a contact may not use the portal any more, or is reached at another address, in the same transaction."""
    for end in on_access_ended:
        end(contact)

"""What members of the firm are told about requests, in the transaction in which it happens."""

import uuid

from clients.models import ClientContact, InformationRequest, RequestEvent, RequestList
from conversations import events
from conversations.events import Event
from conversations.live.topics import publish
from conversations.models.notification import Frequency
from conversations.notifying import tell
from conversations.people import Person
from conversations.subjects import SUBJECTS
from organizations.models import Membership

EVENTS = (
    Event("request_submitted", "The client answers a request", "answered"),
    Event("request_returned", "Somebody returns your request to the client", "returned", mail=Frequency.DAILY),
    Event(
        "requests_returned",
        "Several of your requests are returned at once",
        "returned several requests, beginning with",
        mail=Frequency.DAILY,
    ),
    Event("request_reopened", "Somebody asks for your request again", "reopened", mail=Frequency.DAILY),
    Event("request_assigned", "A request is assigned to you", "assigned you", is_personal=True),
    Event(
        "requests_assigned",
        "Several requests are assigned to you at once",
        "assigned you several requests, beginning with",
        is_personal=True,
    ),
    Event("document_uploaded", "The client uploads files", "uploaded files to", mail=Frequency.DAILY),
)
#: What a step tells the firm, by its verb; the others are nobody's news.
STEPS = {
    "answered": "request_submitted",
    "received": "request_submitted",
    "returned": "request_returned",
    "reopened": "request_reopened",
}


def register_events() -> None:
    events.register(*EVENTS)


def moved(request: InformationRequest, event: RequestEvent) -> None:
    """A request went a step on: whoever is assigned hears of it, and open pages show it."""
    publish_request(request)
    if news := STEPS.get(event.verb):
        by = Person.of(event.member) if event.member else Person(event.actor_name, contact_id=event.contact_id)
        followers = SUBJECTS["request"].followers(request)
        tell(news, request, to=followers, by=by, source_id=event.pk)


def assigned(request: InformationRequest, *, by: Membership) -> None:
    """Call after somebody else was assigned, in the same transaction."""
    publish_request(request)
    if request.assigned_to_id:
        to = {request.assigned_to_id: "assigned"}
        tell("request_assigned", request, to=to, by=Person.of(by), source_id=uuid.uuid4())


def many_assigned(
    request_list: RequestList, requests: list[InformationRequest], to: Membership | None, *, by: Membership
) -> None:
    """One notification, however many requests; call in the same transaction."""
    publish("request-list", request_list.pk)
    if to is None or not requests:
        return
    event = "request_assigned" if len(requests) == 1 else "requests_assigned"
    tell(event, requests[0], to={to.pk: "assigned"}, by=Person.of(by), source_id=uuid.uuid4())


def handed_out(request_list: RequestList, requests: list[InformationRequest], *, by: Membership) -> None:
    """Each reviewer of these requests, which came out of a file or of last year, hears of theirs once."""
    for pk, reviewer in {request.assigned_to_id: request.assigned_to for request in requests}.items():
        theirs = [request for request in requests if request.assigned_to_id == pk]
        many_assigned(request_list, theirs, reviewer, by=by)


def many_returned(request_list: RequestList, requests: list[InformationRequest], *, by: Membership) -> None:
    """Whoever follows some of them hears of it once, however many; call in the same transaction."""
    followed: dict[uuid.UUID, list[tuple[InformationRequest, str]]] = {}
    for request in requests:
        request.request_list = request_list
        publish("request", request.pk)
        for member, why in SUBJECTS["request"].followers(request).items():
            followed.setdefault(member, []).append((request, why))
    for member, rows in followed.items():
        (first, why), event = rows[0], "request_returned" if len(rows) == 1 else "requests_returned"
        tell(event, first, to={member: why}, by=Person.of(by), source_id=uuid.uuid4())


def uploaded(request: InformationRequest, *, by: Membership | ClientContact) -> None:
    """The client's files of one round make one notification, however many they are."""
    publish_request(request)
    if isinstance(by, ClientContact):
        rounds = f"files of {request.pk} since {request.submitted_at}"
        source = uuid.uuid5(request.pk, rounds)
        followers = SUBJECTS["request"].followers(request)
        tell("document_uploaded", request, to=followers, by=Person(by.name, contact_id=by.pk), source_id=source)


def publish_request(request: InformationRequest) -> None:
    publish("request", request.pk)
    publish("request-list", request.request_list_id)

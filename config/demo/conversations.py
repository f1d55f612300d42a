"""What people have said about the requests of a list, and which of it is news."""

from django.utils import timezone
from uuid_utils.compat import uuid7

from clients.models import ClientContact, InformationRequest, RequestList
from conversations.models import Comment, Notification, ThreadReader
from conversations.people import Person
from conversations.posting import post
from conversations.threads import CLIENT, INTERNAL, threads_of
from organizations.models import Membership
from tenancy.context import audited
from workspaces.models import Workpaper

#: Of one request each: who (a member by number of the list's people, or the contact), to whom, what.
TALKS = (
    (
        ("contact", CLIENT, "I have attached what we have. The first file missed one depot."),
        (0, CLIENT, "Thank you. It is still **£4,860** below the ledger. Could credit notes have been posted back into December?"),
        (1, INTERNAL, "If they confirm, I would propose the adjustment rather than ask for a third listing."),
        ("contact", CLIENT, "I think so, two credit notes to Hartley’s. I will send them this morning."),
    ),
    (
        (0, INTERNAL, "Same pattern as last year:\n\n* the statement ends on the 30th\n* the reconciliation on the 31st"),
        (1, CLIENT, "Could you send the last page as well? It ends at page 3 of 4."),
    ),
)  # fmt: skip


def talk(request_list: RequestList, people: list[Membership], contact: ClientContact, *, reader: Membership) -> None:
    """People talk about the requests that wait; `reader` is mentioned. What came before today is read and mailed."""
    asked = InformationRequest.objects.filter(request_list=request_list).order_by("number")
    waiting = list(asked.filter(status__in=["submitted", "returned"])[: len(TALKS)])
    for row, lines in zip(waiting, TALKS, strict=False):
        for who, audience, body in lines:
            _say(row, contact if who == "contact" else people[int(who) % len(people)], audience, body)
    Notification.objects.update(mailed_at=timezone.now(), read_at=timezone.now())
    for row in waiting[:1]:
        for thread in threads_of(row).values():
            ThreadReader.objects.update_or_create(thread=thread, member=reader, defaults={"read_until": timezone.now()})
        _say(row, people[0], INTERNAL, f"Hartley’s asked for the ledger extract first, @{reader.display_name}.")
    Notification.objects.update(mailed_at=timezone.now())


def talk_on_paper(paper: Workpaper, preparer: Membership, reviewer: Membership) -> None:
    """What is said beside a paper and is no part of the file."""
    for who, body in (
        (reviewer, "Hartley’s answered: they agree £186,400 and we show £189,250. Is that the December credit note?"),
        (preparer, "Yes, **CN-2291**. It is in the ageing as a reply that differs, with the remittance beside it."),
    ):
        _say(paper, who, INTERNAL, body)
    Notification.objects.update(mailed_at=timezone.now())


def _say(row: InformationRequest | Workpaper, who: Membership | ClientContact, audience: str, body: str) -> Comment:
    by = Person.of(who) if isinstance(who, Membership) else Person(who.name, contact_id=who.pk)
    actor = {"member": who.pk} if isinstance(who, Membership) else {"contact": who.pk}
    with audited(name=by.name, **actor):
        comment = post(row, by=by, audience=audience, body=body, submission=uuid7())
    ThreadReader.objects.filter(thread=comment.thread_id).update(read_until=comment.created_at)
    return comment

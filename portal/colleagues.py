"""A coordinator brings colleagues in, as far as the firm lets them, and shares out what is asked."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from clients.models import ClientContact, InformationRequest, RequestEvent, RequestList
from organizations.models import Membership
from portal.jobs import send_colleague_question, send_passed_on, send_portal_link
from portal.models import ColleagueInvitation, PortalSetting

Status = ColleagueInvitation.Status


@transaction.atomic
def ask_for(name: str, email: str, *, by: ClientContact) -> ColleagueInvitation:
    """Let the colleague in at once where the firm allows it, else ask the firm."""
    invitation = ColleagueInvitation.objects.create(asked_by=by, client=by.client, name=name, email=email)
    if PortalSetting.of_firm().colleagues == PortalSetting.Colleagues.ALLOWED:
        let_in(invitation, by=None)
    else:
        send_colleague_question.enqueue(colleague_id=invitation.pk)
    return invitation


@transaction.atomic
def let_in(invitation: ColleagueInvitation, *, by: Membership | None) -> bool:
    """Make the contact and mail a link. False if somebody has answered, or added the person, meanwhile."""
    if not _answer(invitation, Status.APPROVED, by):
        return False
    contact = ClientContact.objects.filter(client=invitation.client_id, email__iexact=invitation.email).first()
    if contact is None:
        contact = ClientContact.objects.create(
            client=invitation.client, name=invitation.name, email=invitation.email, created_by=by
        )
    ColleagueInvitation.objects.filter(pk=invitation.pk).update(contact=contact)
    send_portal_link.enqueue(contact_id=contact.pk)
    return True


@transaction.atomic
def turn_down(invitation: ColleagueInvitation, *, by: Membership) -> bool:
    return _answer(invitation, Status.REFUSED, by)


def _answer(invitation: ColleagueInvitation, status: str, by: Membership | None) -> bool:
    rows = ColleagueInvitation.objects.filter(pk=invitation.pk, status=Status.PENDING)
    invitation.status = status
    return bool(rows.update(status=status, answered_by=by, answered_at=timezone.now()))


def colleagues_of(contact: ClientContact) -> "QuerySet[ClientContact]":
    """Who can answer for the client, with how much waits for each."""
    waits = Q(requests__status__in=["pending", "returned"], requests__deleted_at=None) & Q(
        requests__request_list__status=RequestList.Status.OPEN, requests__request_list__deleted_at=None
    )
    people = ClientContact.objects.with_portal().filter(client=contact.client_id)
    return people.annotate(waiting=Count("requests", filter=waits)).order_by("-is_coordinator", "name", "pk")


def to_share_out(contact: ClientContact) -> "QuerySet[InformationRequest]":
    """What still waits for the client, on open lists."""
    return (
        InformationRequest.objects.visible_to_contact(contact)
        .with_client()
        .filter(request_list__status=RequestList.Status.OPEN)
    )


@transaction.atomic
def pass_on(requests: Iterable[InformationRequest], *, to: ClientContact | None, by: ClientContact) -> int:
    """Give them to a colleague, or back to everybody. Who takes over is told once, however many there are."""
    chosen = [request.pk for request in requests]
    rows = to_share_out(by).filter(pk__in=chosen).select_for_update(of=("self",))
    moved = [row for row in rows if row.contact_id != (to.pk if to else None)]
    InformationRequest.objects.filter(pk__in=[row.pk for row in moved]).update(contact=to, version=F("version") + 1)
    RequestEvent.objects.bulk_create(
        RequestEvent(
            request=row,
            from_status=row.status,
            to_status=row.status,
            contact=by,
            reason=f"To {to.name}" if to else "To nobody in particular",
        )
        for row in moved
    )
    if moved and to and to != by:
        send_passed_on.enqueue(contact_id=to.pk, giver_contact_id=by.pk)
    return len(moved)

"""The portal as a firm has it after some weeks: rules for reminders, some sent, and a coordinator who shares out."""

from datetime import timedelta

from django.utils import timezone

from clients.models import Client, ClientContact, InformationRequest, RequestList
from organizations.models import Membership
from portal.models import (
    ColleagueInvitation,
    PortalSetting,
    ReminderItem,
    ReminderMail,
    ReminderSchedule,
    ReminderSnooze,
)
from tenancy.context import audited


def add_portal(clients: dict[str, Client], by: Membership) -> None:
    """Reminders are on from tomorrow: a demo that is just set up mails nobody."""
    today = by.organization.today
    PortalSetting.objects.create(reminders_planned_on=today)
    ReminderSchedule.objects.create()
    for client in clients.values():
        contacts = list(client.contacts.order_by("-is_primary", "name"))
        if len(contacts) > 1:
            _share_out(*contacts[:2])
            _ask_for_colleague(contacts[0])
    for request_list in RequestList.objects.in_progress().order_by("created_at")[:1]:
        _look_in(request_list)
        _remind(request_list, by)


def _share_out(coordinator: ClientContact, colleague: ClientContact) -> None:
    """What `portal.colleagues.pass_on` writes, without the mail."""
    ClientContact.objects.filter(pk=coordinator.pk).update(is_coordinator=True)
    with audited(contact=coordinator.pk, name=coordinator.name):
        rows = InformationRequest.objects.filter(request_list__client=coordinator.client_id).with_client()
        row = rows.order_by("-position").first()
        if row:
            InformationRequest.objects.filter(pk=row.pk).update(contact=colleague, version=row.version + 1)
            row.events.create(
                from_status=row.status, to_status=row.status, contact=coordinator, reason=f"To {colleague.name}"
            )


def _ask_for_colleague(coordinator: ClientContact) -> None:
    ColleagueInvitation.objects.create(
        asked_by=coordinator,
        client=coordinator.client,
        name="Petra Lang",
        email=f"petra@{coordinator.email.split('@')[1]}",
    )


def _look_in(request_list: RequestList) -> None:
    """Who answers there was in the portal this morning."""
    request_list.client.contacts.filter(is_primary=True).update(
        invited_at=timezone.now() - timedelta(days=20), last_seen_at=timezone.now() - timedelta(hours=2)
    )


def _remind(request_list: RequestList, by: Membership) -> None:
    """One reminder that went out, one that a worker lost, and a request that is quiet for now."""
    contact = request_list.client.contacts.order_by("-is_primary", "name").first()
    waiting = list(request_list.requests.with_client().order_by("due_date", "position"))
    if contact is None or not waiting:
        return
    now = timezone.now()
    for days, status in ((5, ReminderMail.Status.SENT), (2, ReminderMail.Status.UNCONFIRMED)):
        moment = now - timedelta(days=days)
        mail = ReminderMail.objects.create(
            contact=contact, day=moment.date(), status=status, claimed_at=moment,
            sent_at=moment if status == ReminderMail.Status.SENT else None,
        )  # fmt: skip
        ReminderItem.objects.bulk_create(ReminderItem(mail=mail, request=request) for request in waiting[:3])
    ReminderSnooze.objects.create(request=waiting[-1], until=now.date() + timedelta(days=10), created_by=by)

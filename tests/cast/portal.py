"""What the client's people have: sessions, links, preferences, reminders."""

from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from portal.models import (
    ColleagueInvitation,
    MagicLinkToken,
    PortalPreference,
    PortalSession,
    PortalSetting,
    ReminderItem,
    ReminderMail,
    ReminderSchedule,
    ReminderSnooze,
)
from tests.cast.firm import Firm


def add_portal(firm: Firm) -> None:
    slug = firm.organization.slug
    firm.portal_cookie, firm.link_token = f"portal-session-of-{slug}", f"link-token-of-{slug}"
    later = timezone.now() + timedelta(days=14)
    firm.rows |= {
        "portal_session": PortalSession.objects.create(
            contact=firm.ana, token_hash=sha256(firm.portal_cookie.encode()).digest(), expires_at=later
        ),
        "magic_link": MagicLinkToken.objects.create(
            contact=firm.ana, token_hash=sha256(firm.link_token.encode()).digest(), expires_at=later
        ),
        "preference": PortalPreference.objects.create(contact=firm.ana),
        "colleague": ColleagueInvitation.objects.create(
            asked_by=firm.ana, client=firm.bakery, name="Jonas Keller", email=f"jonas@bakery-{slug}.example"
        ),
    }
    add_reminders(firm)


def add_reminders(firm: Firm) -> None:
    """Rules, a quiet day long gone, and a mail nobody is sure of."""
    day = timezone.now().date() - timedelta(days=30)
    mail = ReminderMail.objects.create(contact=firm.ana, day=day, status="unconfirmed", claimed_at=timezone.now())
    firm.rows |= {
        "portal_setting": PortalSetting.objects.create(colleagues="allowed"),
        "schedule": ReminderSchedule.objects.create(request_list=firm.request_list, is_on=False),
        "snooze": ReminderSnooze.objects.create(
            request_list=firm.request_list, until=timezone.now().date() + timedelta(days=30)
        ),
        "reminder": mail,
        "reminder_item": ReminderItem.objects.create(mail=mail, request=firm.pending),
    }

from portal.models.colleague import ColleagueInvitation
from portal.models.preference import PortalPreference
from portal.models.reminder_mail import ReminderItem, ReminderMail
from portal.models.reminder_schedule import ReminderSchedule
from portal.models.reminder_snooze import ReminderSnooze
from portal.models.session import PortalSession
from portal.models.setting import PortalSetting
from portal.models.token import MagicLinkToken

__all__ = [
    "ColleagueInvitation",
    "MagicLinkToken",
    "PortalPreference",
    "PortalSession",
    "PortalSetting",
    "ReminderItem",
    "ReminderMail",
    "ReminderSchedule",
    "ReminderSnooze",
]

from accounts.models.data_export import DataExport
from accounts.models.mail_log import MailLog
from accounts.models.session import ActiveUserSession, UserSession
from accounts.models.trusted_device import TrustedDevice
from accounts.models.user import User, UserProfile

__all__ = ["ActiveUserSession", "DataExport", "MailLog", "TrustedDevice", "User", "UserProfile", "UserSession"]

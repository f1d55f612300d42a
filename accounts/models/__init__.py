from accounts.models.data_export import DataExport
from accounts.models.session import UserSession
from accounts.models.user import User, UserProfile

__all__ = ["DataExport", "User", "UserProfile", "UserSession"]

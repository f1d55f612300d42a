from accounts.models.session import ActiveUserSession, UserSession
from accounts.models.user import User, UserProfile

__all__ = ["ActiveUserSession", "User", "UserProfile", "UserSession"]

from accounts.models.session import UserSession
from accounts.models.user import User, UserProfile

__all__ = ["User", "UserProfile", "UserSession"]

from organizations.models.invitation import Invitation
from organizations.models.membership import Membership
from organizations.models.organization import Organization
from organizations.models.settings import PlatformSetting

__all__ = ["Invitation", "Membership", "Organization", "PlatformSetting"]

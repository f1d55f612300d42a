from organizations.models.invitation import Invitation
from organizations.models.membership import Membership
from organizations.models.organization import Organization
from organizations.models.role import CustomRole, MembershipRole
from organizations.models.settings import PlatformSetting

__all__ = ["CustomRole", "Invitation", "Membership", "MembershipRole", "Organization", "PlatformSetting"]

from organizations.models.access_token import AccessToken
from organizations.models.domain import OrganizationDomain, VerifiedDomain
from organizations.models.invitation import Invitation
from organizations.models.member_view import OrganizationMember
from organizations.models.membership import Membership
from organizations.models.organization import Organization
from organizations.models.role import CustomRole, MembershipRole
from organizations.models.settings import PlatformSetting
from organizations.models.slug import OrganizationSlug
from organizations.models.support_grant import SupportGrant

__all__ = [
    "AccessToken",
    "CustomRole",
    "Invitation",
    "Membership",
    "MembershipRole",
    "Organization",
    "OrganizationDomain",
    "OrganizationMember",
    "OrganizationSlug",
    "PlatformSetting",
    "SupportGrant",
    "VerifiedDomain",
]

from organizations.models.domain import OrganizationDomain, VerifiedDomain
from organizations.models.invitation import Invitation
from organizations.models.membership import Membership
from organizations.models.organization import Organization
from organizations.models.settings import PlatformSetting
from organizations.models.slug import OrganizationSlug

__all__ = [
    "Invitation",
    "Membership",
    "Organization",
    "OrganizationDomain",
    "OrganizationSlug",
    "PlatformSetting",
    "VerifiedDomain",
]

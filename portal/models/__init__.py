from portal.models.preference import PortalPreference
from portal.models.session import PortalSession
from portal.models.token import MagicLinkToken

__all__ = ["MagicLinkToken", "PortalPreference", "PortalSession"]

"""What a firm asks of its members' sign-in, and from when: a second factor, or its own provider for its own domains."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from accounts import policies
from organizations.domain_names import domain_of
from organizations.models import Membership, Organization

KEY = "sign_in"


@dataclass(frozen=True)
class SignInPolicy:
    mfa_from: date | None = None
    #: A device its person trusts has shown the second factor for them, for as long as that trust lasts.
    trusted_devices: bool = False
    sso_from: date | None = None
    sso_provider: str = ""
    sso_domains: tuple[str, ...] = ()

    @classmethod
    def of(cls, organization: Organization) -> "SignInPolicy":
        kept = organization.settings.get(KEY, {})
        return cls(
            mfa_from=_date(kept.get("mfa_from")),
            trusted_devices=kept.get("trusted_devices", False),
            sso_from=_date(kept.get("sso_from")),
            sso_provider=kept.get("sso_provider", ""),
            sso_domains=tuple(kept.get("sso_domains", ())),
        )

    def save(self, organization: Organization) -> None:
        kept = {name: str(value) if isinstance(value, date) else value for name, value in asdict(self).items()}
        organization.settings = {**organization.settings, KEY: kept}
        organization.save(update_fields=["settings"])

    def concerns(self, member: Membership) -> bool:
        """Single sign-on is for addresses in the firm's domains; a guest from elsewhere has no account there."""
        addresses = [member.email, *policies.confirmed_addresses(member.user_id)]
        return any(domain_of(address) in self.sso_domains for address in addresses)

    def lacks_provider(self, request: HttpRequest, member: Membership) -> bool:
        """The account at the provider is the firm's own: its address is in the firm's domains, too."""
        came_with = policies.address_from(request, self.sso_provider)
        return domain_of(came_with) not in self.sso_domains and self.concerns(member)

    def lacking(self, request: HttpRequest, member: Membership) -> list[tuple[str, date]]:
        """What this session lacks, with the day from which it is needed, the sooner first."""
        found = []
        if self.sso_from and self.lacks_provider(request, member):
            found.append(("sso", self.sso_from))
        if self.mfa_from and not policies.has_second_factor(request, trusted_devices_count=self.trusted_devices):
            found.append(("mfa", self.mfa_from))
        return sorted(found, key=lambda lack: lack[1])


def _date(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None

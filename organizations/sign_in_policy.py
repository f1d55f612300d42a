"""What a firm asks of its members' sign-in, and from when: a second factor, or its own provider for its own domains."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from accounts import policies
from accounts.models import User
from look.dates import record_words
from organizations.domain_names import domain_of
from organizations.lookups import my_organizations
from organizations.models import Membership, Organization
from tenancy.context import APP, acting_as, surface, tenant

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
        """Single sign-on is for addresses in the firm's domains; a guest from elsewhere has no account there.

        Who came by such an address is no guest for having given it up since.
        """
        addresses = [member.email, member.joined_as, *policies.confirmed_addresses(member.user_id)]
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


def second_factor_asked_for(user: User) -> list[str]:
    """For the person's own page about second factors: each of their firms that needs one."""
    found = []
    with surface(APP), acting_as(user.pk):
        firms = my_organizations()
    for firm in firms:
        with surface(APP), tenant(firm.id, user=user.pk):
            needed_from = SignInPolicy.of(Organization.objects.only("settings").get()).mfa_from
        if needed_from:
            found.append(f"{firm.name} needs one from {record_words(needed_from)}: without, you cannot open it.")
    return found


def _date(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None

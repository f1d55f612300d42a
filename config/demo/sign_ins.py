"""Who can enter the demo, and how: printed for whoever looks around."""

from collections.abc import Iterator

from clients.models import ClientContact
from config.demo.firms import FIRMS, OPERATOR
from config.demo.people import PASSWORD, ensure_user
from config.demo.specs import FirmSpec
from organizations.lookups import organization_by_slug
from organizations.mounts import absolute, organization_url, portal_url, root_url
from portal.sign_in import issue_link
from tenancy.context import tenant


def sign_in_lines() -> Iterator[str]:
    yield f"Sign in at {absolute(root_url('account_login'))} with the password {PASSWORD}"
    for firm in FIRMS:
        yield f"\n{firm.name}: {absolute(organization_url(firm.slug, 'today'))}"
        yield from (f"  {person.role:<8} {person.email}" for person in firm.people)
        yield from (f"  {'contact':<8} {line}" for line in portal_lines(firm))
    yield f"\nOperator of the platform: {absolute('/admin/')}\n  {OPERATOR.email} (the first visit asks to set up a second factor)"


def portal_lines(firm: FirmSpec) -> list[str]:
    """A fresh link for the main contact of the firm's first list; it works once, within 14 days."""
    with tenant(organization_by_slug(firm.slug), user=ensure_user(firm.owner)[0]):
        contacts = ClientContact.objects.filter(client__code=firm.lists[0].client, is_primary=True)
        return [f"{contact.name}, {contact.email}: {_link(contact)}" for contact in contacts]


def _link(contact: ClientContact) -> str:
    return absolute(portal_url(contact.portal_key, "portal_link", token=issue_link(contact)))

"""How often a portal mails one person when somebody asks it to: nobody's inbox can be flooded from outside."""

from clients.models import ClientContact
from tenancy import cache

MOST_AN_HOUR = 5
HOUR = 60 * 60


def may_mail(contact: ClientContact, what: str) -> bool:
    """Whether one more mail of this kind may go out now; if so, it is counted."""
    return cache.take_place(f"portal-{what}:{contact.pk}", of=MOST_AN_HOUR, seconds=HOUR)

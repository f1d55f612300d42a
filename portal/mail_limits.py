"""How often a portal mails one person when somebody asks it to: nobody's inbox can be flooded from outside."""

import time

from clients.models import ClientContact
from tenancy import cache

MOST_AN_HOUR = 5
HOUR = 60 * 60


def may_mail(contact: ClientContact, what: str) -> bool:
    """Whether one more mail of this kind may go out now; if so, it is counted."""
    key, now = f"portal-{what}:{contact.pk}", time.time()
    recent = [moment for moment in cache.get(key, []) if moment > now - HOUR]
    if len(recent) >= MOST_AN_HOUR:
        return False
    cache.put(key, [*recent, now], seconds=HOUR)
    return True

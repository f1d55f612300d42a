"""How many mails of a kind a firm may send to one address: nobody fills somebody's mailbox through us."""

from hashlib import sha256

from tenancy import cache

MOST, SECONDS = 5, 24 * 60 * 60


def may_send(kind: str, address: str, *, most: int = MOST) -> bool:
    """Counts the mail that is about to be sent; False where the address has had enough for a day."""
    key = f"mails:{kind}:{sha256(address.lower().encode()).hexdigest()}"
    return cache.take_place(key, of=most, seconds=SECONDS)

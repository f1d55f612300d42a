"""Which names may stand for a firm: written as the DNS writes them, and no provider of private mailboxes."""

import re
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"^(?:{LABEL}\.)+(?!\d+$){LABEL}$")
LONGEST = 253


@cache
def consumer_domains() -> frozenset[str]:
    lines = Path(__file__).with_name("consumer_domains.txt").read_text("ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def plain_domain(written: str) -> str:
    """The domain in what somebody wrote or pasted: `https://www…` and `name@` fall away. Raises ValidationError."""
    name = re.sub(r"^https?://|[/?#].*$", "", written.strip().lower()).rpartition("@")[2].rstrip(".")
    name = name.removeprefix("www.")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if len(name) > LONGEST or not DOMAIN.match(name):
        raise ValidationError("Write a domain, such as harcourtpell.example.")
    return name


def validate_company_domain(name: str) -> None:
    """Refuse a domain whose mailboxes anybody can have, and whatever is below one."""
    labels = name.split(".")
    if any(".".join(labels[start:]) in consumer_domains() for start in range(len(labels))):
        raise ValidationError(f"Anybody can have an address at {name}. Use a domain that your firm alone owns.")


def domain_of(email: str) -> str:
    """What stands after the last @: before it, a quoted name may hold another one."""
    return email.rpartition("@")[2].lower()

"""Clients that are likely one and the same: by tax number, website or name."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, Func, QuerySet, Value
from django.db.models.functions import Lower, NullIf

from clients.models import Client

GROUPS = 50
EACH = 10
#: Words of a legal form: “Kestrel Ltd” and “KESTREL LIMITED” are one name.
FORMS = (
    r"\m(ltd|limited|llc|llp|lp|plc|inc|incorporated|corp|corporation|co|company|gmbh|ag|sa|sas|sarl|bv|nv|oy|ab|the)\M"
)


@dataclass(frozen=True)
class Group:
    why: str
    clients: list[Client]


def _without(text: Any, pattern: str) -> Func:
    return Func(text, Value(pattern), Value(""), Value("g"), function="regexp_replace", output_field=CharField())


#: What two clients have in common, and the words for it; strongest first.
KEYS: dict[str, Any] = {
    "Same tax number": NullIf(F("tax_id_hash"), Value("")),
    "Same website": NullIf(_without(Lower("website"), r"^https?://(www\.)?|[/?#].*$"), Value("")),
    "Same name": NullIf(_without(_without(F("name_key"), FORMS), "[^[:alnum:]]+"), Value("")),
}


def likely(clients: "QuerySet[Client]") -> list[Group]:
    """Groups of two and more among these clients, each pair once, at most `GROUPS`."""
    found: list[Group] = []
    told: set[frozenset] = set()
    for why, key in KEYS.items():
        for group in _groups(clients, key):
            ids = frozenset(client.pk for client in group)
            if ids not in told and len(found) < GROUPS:
                told.add(ids)
                found.append(Group(why, group))
    return found


def _groups(clients: "QuerySet[Client]", key: Any) -> list[list[Client]]:
    keyed = clients.annotate(common=key).exclude(common=None)
    common = keyed.order_by().values("common").annotate(n=Count("pk")).filter(n__gt=1).values_list("common", flat=True)
    members: dict[str, list[Client]] = {}
    wanted = list(common.order_by("common")[:GROUPS])
    for client in keyed.filter(common__in=wanted).order_by("created_at", "id").defer("notes", "tsv"):
        members.setdefault(client.common, []).append(client)
    return [group[:EACH] for group in members.values()]

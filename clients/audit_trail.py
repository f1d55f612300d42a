"""The lines of a firm's audit trail as its page shows them: filtered, named, and one line with what it changed."""

import contextlib
import ipaddress
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.devices import device_name
from audit.actors import Actor, kind
from audit.models import AuditLog
from billing.features import F
from billing.terms import terms_of
from clients.audit_walls import visible_lines
from clients.audit_words import (
    NAMES,
    SECURITY_ACTIONS,
    SECURITY_RECORDS,
    Action,
    action_of,
    model_of,
    naming_column,
    record_word,
)
from organizations.models import Membership

ORDER = ("-created_at", "-id")
#: Word in the address → (days back, what the page calls it).
PERIODS = {
    "7": (7, "Last 7 days"), "": (30, "Last 30 days"), "90": (90, "Last 90 days"), "365": (365, "Last year"),
    "all": (None, "All time"),
}  # fmt: skip
SIDES = {Actor.CONTACT: "client"}


@dataclass(frozen=True)
class Filter:
    q: str = ""
    action: str = ""
    record: str = ""
    period: str = ""
    security: bool = False

    @classmethod
    def read(cls, params: Any) -> "Filter":
        said = {
            name: params.get(name, "").strip()[:100].replace("\0", "") for name in ("q", "action", "record", "period")
        }
        said["period"] = said["period"] if said["period"] in PERIODS else ""
        return cls(**said, security="security" in params)

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value}

    def rows(self, member: Membership) -> "QuerySet[AuditLog]":
        lines = self.among(member)
        return lines.filter(_search(self.q)) if self.q else lines

    def among(self, member: Membership) -> "QuerySet[AuditLog]":
        """Where its words are looked for."""
        lines = shown_lines(member)
        if days := PERIODS[self.period][0]:
            lines = lines.filter(created_at__gte=timezone.now() - timedelta(days=days))
        if self.action == "delete":
            lines = lines.filter(Q(action="delete") | Q(action="update", old_values__deleted_at=None))
        elif self.action:
            lines = lines.filter(action=self.action)
        if self.record:
            lines = lines.filter(resource_type=self.record)
        if self.security:
            lines = lines.filter(Q(action__in=SECURITY_ACTIONS) | Q(resource_type__in=SECURITY_RECORDS))
        return lines


def shown_lines(member: Membership) -> "QuerySet[AuditLog]":
    """What this member may see, as far back as the firm's plan shows it. Older lines are kept, whatever the plan."""
    days, lines = days_shown(), visible_lines(member)
    return lines if days is None else lines.filter(created_at__gte=timezone.now() - timedelta(days=days))


def days_shown() -> int | None:
    """None where the plan sets no limit."""
    terms = terms_of(F.AUDIT_DAYS)
    return terms.limit if terms.enabled else 0


def _search(q: str) -> Q:
    """By the person who acted, by what the line calls the record, by its id or by a network address."""
    people = Membership.with_deleted.filter(Q(display_name__icontains=q) | Q(email__icontains=q)).values("user_id")
    found = Q(context__name__icontains=q) | Q(user_id__in=people)
    for name in NAMES:
        found |= Q(**{f"new_values__{name}__icontains": q}) | Q(**{f"old_values__{name}__icontains": q})
    with contextlib.suppress(ValueError):
        found |= Q(resource_id=UUID(q)) | Q(id=UUID(q))
    with contextlib.suppress(ValueError):
        found |= Q(ip_address=str(ipaddress.ip_address(q)))
    return found


@dataclass(frozen=True)
class Entry:
    """One line, ready to be drawn."""

    line: AuditLog
    who: str
    actor: Actor
    record: str

    @property
    def moment(self) -> datetime:
        """A sign-in is told first where no firm is: its line here came some minutes later, and says when it was."""
        line = self.line
        at = None if line.action in ("insert", "update", "delete") else (line.new_values or {}).get("at")
        return datetime.fromisoformat(at) if at else line.created_at

    @property
    def action(self) -> Action:
        return action_of(self.line)

    @property
    def side(self) -> str:
        return SIDES.get(self.actor, "firm")

    @property
    def device(self) -> str:
        return device_name(self.line.user_agent) if self.line.user_agent else ""

    @property
    def request(self) -> str:
        return self.line.context.get("request", "")

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Column, before, after: of a new or deleted row every column that held something."""
        old, new = self.line.old_values or {}, self.line.new_values or {}
        names = sorted(old.keys() | new.keys(), key=lambda name: (name != "name", name))
        rows = [(name, written(old.get(name)), written(new.get(name))) for name in names]
        return [row for row in rows if row[1] or row[2]]


def written(value: Any) -> str:
    if value is None or value == "" or value == {} or value == []:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def entries(lines: Iterable[AuditLog]) -> list[Entry]:
    """A question for the people, and one for each kind of record among the lines."""
    lines = list(lines)
    users = {line.user_id for line in lines if line.user_id}
    people = dict(Membership.with_deleted.filter(user_id__in=users).values_list("user_id", "display_name"))
    names = _names(lines)
    return [
        Entry(
            line, _who(line, people), kind(line), _record(line, names.get((line.resource_type, line.resource_id), ""))
        )
        for line in lines
    ]


def _who(line: AuditLog, people: dict[Any, str]) -> str:
    said = line.context.get("name") or (people.get(line.user_id) if line.user_id else "")
    if job := line.context.get("job"):
        work = str(job).replace("_", " ").capitalize()
        return f"{work}, for {said}" if said else work
    return said or ("Somebody who left" if line.user_id else "The system")


def _record(line: AuditLog, name: str) -> str:
    told = {**(line.old_values or {}), **(line.new_values or {})}
    name = name or next((str(told[column]) for column in NAMES if told.get(column)), "")
    word = record_word(line.resource_type)
    return f"{word}, {name}" if name else word


def _names(lines: Iterable[AuditLog]) -> dict[tuple[str, UUID | None], str]:
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for line in lines:
        if line.resource_id:
            wanted[line.resource_type].add(line.resource_id)
    found: dict[tuple[str, UUID | None], str] = {}
    for table, keys in wanted.items():
        model = model_of(table)
        if model is None or not (column := naming_column(model)):
            continue
        rows = model._base_manager.filter(pk__in=keys).values_list("pk", column)
        found |= {(table, key): str(name) for key, name in rows if name not in (None, "")}
    return found

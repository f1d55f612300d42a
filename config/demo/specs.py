"""The shapes of the demo's data: what `firms.py` and `lists.py` fill in."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from config.demo.project_specs import ProjectSpec, TemplateSpec


class Person(NamedTuple):
    name: str
    email: str
    role: str


class RoleSpec(NamedTuple):
    """A role of the firm's own, what it allows on top, and the addresses of who holds it."""

    name: str
    description: str
    allows: tuple[str, ...]
    held_by: tuple[str, ...]


class Contact(NamedTuple):
    name: str
    email: str
    title: str = ""


@dataclass(frozen=True)
class ClientSpec:
    """`lead` and `staff` are addresses of members; a client of `only` is hidden from everybody else in the firm."""

    code: str
    name: str
    contacts: tuple[Contact, ...]
    lead: str
    staff: tuple[str, ...] = ()
    type: str = "company"
    status: str = "active"
    industry: str = ""
    year_end: str = "12-31"
    is_restricted: bool = False
    website: str = ""
    tags: tuple[str, ...] = ()
    related: tuple[str, str] = ("", "")


class Ask(NamedTuple):
    """One request and how far it came. `due` counts in days from today; `files` are names that say their kind."""

    title: str
    state: str = "pending"
    due: int | None = None
    files: tuple[str, ...] = ()
    note: str = ""
    priority: str = "medium"
    kind: str = "files"
    options: dict[str, Any] = {}
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class ListSpec:
    client: str
    title: str
    period: str
    due: int
    by: str
    assigned: tuple[str, ...]
    sections: dict[str, tuple[Ask, ...]]
    project: str = ""
    #: Closed, and rolled forward to this year.
    is_last_years: bool = False


class BinderSpec(NamedTuple):
    """The workpapers of one project, and who signs as preparer, reviewer and partner."""

    client: str
    project: str
    signers: tuple[str, str, str]
    #: The client whose file of last year is closed, and rolled forward.
    closed: str


@dataclass(frozen=True)
class FirmSpec:
    name: str
    slug: str
    brand: str
    people: tuple[Person, ...]
    clients: tuple[ClientSpec, ...]
    invited: tuple[str, str]
    lists: tuple[ListSpec, ...] = field(default=())
    binders: tuple[BinderSpec, ...] = field(default=())
    projects: tuple[ProjectSpec, ...] = field(default=())
    templates: tuple[TemplateSpec, ...] = field(default=())
    roles: tuple[RoleSpec, ...] = ()
    domain: str = ""
    #: Without one it is on trial, as every firm at first.
    has_plan: bool = False
    waiting: Person | None = None

    @property
    def owner(self) -> Person:
        return next(person for person in self.people if person.role == "owner")

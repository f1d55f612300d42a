"""Views of a list kept under a name: tabs above it, columns, and which view it opens with. For any list that registers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from clients.models import ListPreference, SavedView
from organizations.models import Membership
from organizations.permissions import Permission

#: Tabs count this far and then say “999+”: a tab is a hint, and must not cost more than the page.
MOST = 1000
MAX_VIEWS = 12
#: Of an address: where one stands in the list, and in which list of its kind. No part of a view.
PASSING = ("after", "before", "page", "at")


@dataclass(frozen=True)
class ListKind:
    """One list with saved views. `columns` are (name, label, shown unless chosen otherwise).

    A list there is of each project, say, names the argument of its address in `inside`, and where to go without one; its
    views are the same in all. `mark` is the part of an address that says which view's tab is marked.
    """

    name: str
    url_name: str
    permission: Permission
    columns: tuple[tuple[str, str, bool], ...] = ()
    inside: str = ""
    elsewhere: str = ""
    mark: str = "view"
    place: UUID | None = None

    def at(self, text: str) -> "ListKind":
        """The one inside the thing that the address names in `at`."""
        return replace(self, place=id_in(text)) if self.inside else self

    @property
    def address(self) -> str:
        if self.inside:
            return reverse(self.url_name, kwargs={self.inside: self.place}) if self.place else reverse(self.elsewhere)
        return reverse(self.url_name)

    @property
    def everything(self) -> str:
        """The part of an address that asks for all rows, where a bare one would open the default view."""
        return f"{self.mark}=all"

    @property
    def usual_columns(self) -> list[str]:
        return [name for name, _, is_shown in self.columns if is_shown]


@dataclass(frozen=True)
class Tab:
    label: str
    href: str
    is_current: bool
    count: str = ""
    view: SavedView | None = None


kinds: dict[str, ListKind] = {}


def register(kind: ListKind) -> ListKind:
    """Call where the list's app becomes ready."""
    kinds[kind.name] = kind
    return kind


def preference(member: Membership, kind: ListKind) -> ListPreference:
    """Stored, or as it would be: nobody's first visit writes a row."""
    found = ListPreference.objects.filter(member=member, list=kind.name).select_related("default_view").first()
    return found or ListPreference(member=member, list=kind.name)


def shown_columns(chosen: ListPreference, kind: ListKind) -> list[str]:
    """In the order of the list, without names of columns that are gone."""
    wanted = kind.usual_columns if chosen.columns is None else chosen.columns
    return [name for name, _, _ in kind.columns if name in wanted]


def keep_columns(member: Membership, kind: ListKind, columns: list[str] | None) -> None:
    """None is as usual: also what becomes usual later."""
    ListPreference.objects.update_or_create(member=member, list=kind.name, defaults={"columns": columns})


def offered_columns(kind: ListKind, shown: list[str]) -> list[tuple[str, str, bool]]:
    return [(name, label, name in shown) for name, label, _ in kind.columns]


def opening(member: Membership, kind: ListKind, chosen: ListPreference, params: QueryDict) -> str:
    """Where a bare visit to the list leads: the member's default view, if they still see it."""
    view = chosen.default_view
    if params or view is None or not (view.is_shared or view.member_id == member.pk):
        return ""
    return address_of(view, kind)


def address_of(view: SavedView, kind: ListKind) -> str:
    query = QueryDict(view.query, mutable=True)
    query[kind.mark] = str(view.pk)
    return f"{kind.address}?{query.urlencode()}"


def query_of(params: QueryDict, kind: ListKind) -> str:
    """What of an address makes a view."""
    query = params.copy()
    for name in (*PASSING, kind.mark):
        query.pop(name, None)
    for name in [name for name in query if not query[name]]:
        del query[name]
    return query.urlencode()


def tabs(
    member: Membership, kind: ListKind, params: QueryDict, *,
    fixed: Iterable[tuple[str, str]], rows: Callable[[QueryDict], QuerySet],
) -> list[Tab]:  # fmt: skip
    """`fixed` are (label, query) that everybody has; then the member's views. `rows` are the rows of an address."""
    chosen, bare = id_in(params.get(kind.mark, "")), query_of(params, kind)
    views = list(SavedView.objects.of(member, kind.name)[:MAX_VIEWS])
    is_view = any(view.pk == chosen for view in views)
    found = []
    for label, query in fixed:
        is_current = not is_view and bare == query
        found.append(Tab(label, f"{kind.address}?{query or kind.everything}", is_current, _count(rows, query)))
    for view in views:
        found.append(Tab(view.name, address_of(view, kind), view.pk == chosen, _count(rows, view.query), view))
    return found


def id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _count(rows: Callable[[QueryDict], QuerySet], query: str) -> str:
    count = rows(QueryDict(query)).order_by()[:MOST].count()
    return f"{MOST - 1}+" if count == MOST else str(count)

"""Questions in the ORM's words, put together by Hypothesis: any tenant table, any field, across any relation."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Count, Exists, Max, Min, Sum
from django.db.models.sql import Query
from hypothesis import strategies as st

from accounts.models import User
from tests.isolation.rows import MODELS
from tests.isolation.worlds import WORDS, Samples

TEXT = ["exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "gt", "lt"]
LOOKUPS: tuple[tuple[type[models.Field], list[str]], ...] = (
    (models.ForeignKey, ["exact", "in", "isnull"]),
    (models.UUIDField, ["exact", "in", "gt", "isnull"]),
    (models.BooleanField, ["exact"]),
    (models.DateTimeField, ["exact", "gt", "lte", "date__lt", "isnull"]),
    (models.DateField, ["exact", "gte", "lt", "month", "isnull"]),
    (models.IntegerField, ["exact", "gt", "lte", "in", "range"]),
    (models.TextField, [*TEXT, "in", "iregex"]),
    (models.CharField, [*TEXT, "in", "iregex"]),
)
HARDLY_COMPARED = (models.JSONField, models.BinaryField, SearchVectorField)
ORDERED = (models.UUIDField, models.DateField, models.IntegerField, models.CharField)
SHAPES = ["rows", "rows", "instances", "instances", "count", "exists", "aggregate", "grouped", "days"]

#: As PostgreSQL writes a tsvector: 'payrol':3A
LEXEME = re.compile(r"'([^']+)':")

#: Django's own, which the suite takes from all other tests.
SPLIT_EXCLUDE = Query.split_exclude

Filter = tuple[bool, str, Any]  # (excluded, lookup, value)


@dataclass(frozen=True)
class Question:
    """`where` are the filters, `within` a second table in which some row has to be found, `shown` paths to read."""

    model: type[models.Model]
    manager: str
    shape: str
    where: list[Filter]
    within: tuple[type[models.Model], list[Filter]] | None
    shown: list[str]
    order: list[str]
    distinct: bool
    part: tuple[int, int] | None
    measure: tuple[str, str]
    along: list[str]
    words: str | None = None

    def answer(self) -> Any:
        return getattr(self, f"_{self.shape}")(self._found())

    def _found(self) -> models.QuerySet:
        found = filtered(getattr(self.model, self.manager).all(), self.where)
        if self.words is not None:
            found = found.filter(tsv=SearchQuery(self.words, config="simple"))
        if self.within:
            other, where = self.within
            found = found.filter(Exists(filtered(other._default_manager.all(), where)))
        return found.distinct() if self.distinct else found

    def _cut(self, ordered: models.QuerySet) -> list[Any]:
        return list(ordered[slice(*self.part)] if self.part else ordered)

    def _rows(self, found: models.QuerySet) -> Any:
        """In an order that leaves open only the places of rows that are alike."""
        return self._cut(found.order_by(*self.order, *self.shown, "pk").values_list(*self.shown, "pk"))

    def _instances(self, found: models.QuerySet) -> Any:
        rows = self._cut((found.select_related(*self.along) if self.along else found).order_by(*self.order, "pk"))
        return [(row.pk, state(row), [state(getattr(row, name)) for name in self.along]) for row in rows]

    def _count(self, found: models.QuerySet) -> Any:
        return found.count()

    def _exists(self, found: models.QuerySet) -> Any:
        return found.exists()

    def _aggregate(self, found: models.QuerySet) -> Any:
        kind, path = self.measure
        how: Callable[[str], Any] = {"min": Min, "max": Max, "sum": Sum}.get(kind, Count)
        return found.aggregate(rows=Count("pk"), different=Count("pk", distinct=True), measured=how(path))

    def _grouped(self, found: models.QuerySet) -> Any:
        group = found.order_by().values(self.shown[0]).annotate(rows=Count("pk"), measured=Count(self.measure[1]))
        return self._cut(group.order_by(self.shown[0], "rows", "measured"))

    def _days(self, found: models.QuerySet) -> Any:
        return list(found.datetimes("created_at", "minute"))


def filtered(rows: models.QuerySet, where: list[Filter]) -> models.QuerySet:
    for excluded, lookup, value in where:
        rows = rows.exclude(**{lookup: value}) if excluded else rows.filter(**{lookup: value})
    return rows


def state(row: models.Model | None) -> Any:
    return row and {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


# --- strategies -----------------------------------------------------------------------------------------------------


def relations(model: type[models.Model]) -> list[Any]:
    known = {*MODELS.values(), User}
    return [field for field in model._meta.get_fields() if field.is_relation and field.related_model in known]


def kind_of(field: Any) -> Any:
    return field.output_field if isinstance(field, models.GeneratedField) else field


@st.composite
def paths(draw: Any, model: type[models.Model], allowed: Callable[[Any], bool]) -> tuple[str, Any]:
    """A field of the table, or of one up to two relations away."""
    steps = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        if found := relations(model):
            step = draw(st.sampled_from(found))
            steps.append(step.name)
            model = step.related_model
    fields = [field for field in model._meta.concrete_fields if allowed(field) and field.name != "password"]
    field = draw(st.sampled_from(fields))
    return "__".join([*steps, field.name]), field


def lookups_of(field: Any) -> list[str]:
    if getattr(field, "sensitive", False) or isinstance(kind_of(field), HARDLY_COMPARED):
        return []
    return next((names for kind, names in LOOKUPS if isinstance(kind_of(field), kind)), [])


@st.composite
def filters(draw: Any, model: type[models.Model], samples: Samples) -> Filter:
    path, field = draw(paths(model, lambda field: bool(lookups_of(field))))
    lookup = draw(st.sampled_from(lookups_of(field)))
    values = [value for value in samples[field.model, field.name] if value is not None]
    return draw(st.booleans()), f"{path}__{lookup}", draw(values_for(lookup, kind_of(field), values))


def values_for(lookup: str, field: Any, known: list[Any]) -> st.SearchStrategy[Any]:
    if lookup == "isnull" or isinstance(field, models.BooleanField):
        return st.booleans()
    if lookup == "month":
        return st.integers(1, 12)
    if lookup == "date__lt":
        return st.sampled_from(known).map(lambda moment: moment.date()) if known else st.dates()
    if isinstance(field, models.CharField | models.TextField) and lookup != "in":
        return st.one_of(fragments([*known, *WORDS]), st.sampled_from([*known, "", "%", "_", "\\", "a", "é"]))
    one = st.sampled_from(known) if known else st.nothing()
    if not known:
        some = _any_of(field)
        return st.just({"in": [], "exact": None, "range": (some, some)}.get(lookup, some))
    if lookup == "in":
        return st.lists(one, max_size=4)
    if lookup == "range":
        return st.tuples(one, one)
    return one


def _any_of(field: Any) -> Any:
    """For a column that holds nothing in either firm."""
    if isinstance(field, models.DateTimeField):
        return "2026-01-01T00:00:00Z"
    if isinstance(field, models.IntegerField):
        return 1
    return "2026-01-01" if isinstance(field, models.DateField) else "00000000-0000-7000-8000-000000000000"


@st.composite
def fragments(draw: Any, known: list[str]) -> str:
    whole = draw(st.sampled_from(known))
    start = draw(st.integers(0, max(0, len(whole) - 1)))
    return whole[start : start + draw(st.integers(1, 6))]


@st.composite
def questions(draw: Any, model: type[models.Model], samples: Samples) -> Question:
    other = draw(st.sampled_from(list(MODELS.values())))
    managers = ["objects", "_base_manager", *(["with_deleted"] if hasattr(model, "with_deleted") else [])]
    shown = draw(st.lists(paths(model, lambda field: True).map(lambda found: found[0]), min_size=1, max_size=3))
    order = draw(st.lists(paths(model, lambda field: True).map(lambda found: found[0]), max_size=2))
    kind = draw(st.sampled_from(["min", "max", "sum", "count"]))
    measured = (models.IntegerField,) if kind == "sum" else ORDERED[1:] if kind != "count" else (models.Field,)
    fits = [field.name for field in model._meta.concrete_fields if isinstance(field, measured)]
    return Question(
        model=model, manager=draw(st.sampled_from(managers)), shape=draw(st.sampled_from(SHAPES)),
        where=draw(st.lists(filters(model, samples), max_size=2)),
        within=draw(st.none() | st.tuples(st.just(other), st.lists(filters(other, samples), max_size=1))),
        shown=shown, order=[draw(st.sampled_from(["", "-"])) + path for path in order], distinct=draw(st.booleans()),
        part=draw(st.none() | st.tuples(st.integers(0, 4), st.integers(5, 9))),
        measure=(kind, draw(st.sampled_from(fits))) if fits else ("count", "pk"),
        along=draw(st.lists(st.sampled_from(direct), max_size=2, unique=True)) if (direct := pointers(model)) else [],
        words=draw(st.none() | full_text(samples[model, "tsv"])) if (model, "tsv") in samples else None,
    )  # fmt: skip


def full_text(vectors: list[str]) -> st.SearchStrategy[str]:
    """A word that stands in some row of either firm."""
    return st.sampled_from(sorted({word for vector in vectors for word in LEXEME.findall(vector)}))


def pointers(model: type[models.Model]) -> list[str]:
    return [field.name for field in relations(model) if field.many_to_one]

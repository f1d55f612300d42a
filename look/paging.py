"""Keyset paging: the next page starts after a row, not after a number of rows, so page 900 is as fast as page 1."""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    previous: str
    next: str


def keyset_page(queryset: QuerySet, order: tuple[str, ...], params: QueryDict, *, size: int = 50) -> Page:
    """One page of `queryset` in `order`, at the cursor in `after` or `before`.

    `order` names annotations or fields, all ascending or all descending (`-`), the last of them unique. A cursor that
    cannot be read is ignored: the first page answers.
    """
    descending = order[0].startswith("-")
    names = tuple(name.lstrip("-") for name in order)
    backwards = "before" in params
    cursor = _decode(params.get("before") if backwards else params.get("after"), len(names))
    rows = queryset.order_by(*(_flipped(order) if backwards else order))
    try:
        if cursor:
            rows = rows.filter(_beyond(names, cursor, descending != backwards))
        found = list(rows[: size + 1])
    except (ValueError, ValidationError):
        cursor, backwards = None, False
        found = list(queryset.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous = more if backwards else cursor is not None
    has_next = True if backwards and cursor else more
    return Page(
        found,
        _link(params, "before", _encode(found[0], names)) if found and has_previous else "",
        _link(params, "after", _encode(found[-1], names)) if found and has_next else "",
    )


def bounded_page(queryset: QuerySet, order: tuple[str, ...], params: QueryDict, *, among: QuerySet, most: int) -> Page:
    """The same, looked for in no more than the next `most` rows of `among`: where there are more, `next` goes on behind
    them, however few were found. So nobody waits until a rare word has been looked for everywhere."""
    names, descending = tuple(name.lstrip("-") for name in order), order[0].startswith("-")
    cursor = _decode(params.get("after"), len(names))
    try:
        rows = among.filter(_beyond(names, cursor, descending)) if cursor else among
        last = None if "before" in params else rows.order_by(*order)[most - 1 : most].first()
    except (ValueError, ValidationError):  # the first page answers
        last = among.order_by(*order)[most - 1 : most].first()
    if last is None:
        return keyset_page(queryset, order, params)
    edge = [getattr(last, name) for name in names]
    near = queryset.filter(**{f"{names[0]}__{'gte' if descending else 'lte'}": edge[0]})
    page = keyset_page(near.exclude(_beyond(names, edge, descending)), order, params)
    return page if page.next else replace(page, next=_link(params, "after", _encode(last, names)))


def _beyond(names: tuple[str, ...], cursor: list[Any], descending: bool) -> Q:
    """(a, b) > (x, y), written so that the first column alone narrows the index."""
    sign = "lt" if descending else "gt"
    first, last = names[0], names[-1]
    later = Q(**{f"{first}__{sign}": cursor[0]}) | Q(**{first: cursor[0], f"{last}__{sign}": cursor[-1]})
    return Q(**{f"{first}__{sign}e": cursor[0]}) & later


def _flipped(order: tuple[str, ...]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def _encode(row: Model, names: tuple[str, ...]) -> str:
    values = json.dumps([str(getattr(row, name)) for name in names])
    return base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")


def _decode(text: str | None, length: int) -> list[Any] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode((text or "") + "=" * (-len(text or "") % 4)))
    except (ValueError, binascii.Error):
        return None
    well_formed = (
        isinstance(values, list) and len(values) == length and all(isinstance(v, str) and "\0" not in v for v in values)
    )
    return values if well_formed else None


def _link(params: QueryDict, name: str, cursor: str) -> str:
    query = params.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[name] = cursor
    return f"?{query.urlencode()}"

"""Rows held until the transaction ends, and what they refer to as it is once they are held."""

from typing import Any

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404


def held[Row: Model](rows: QuerySet[Row], pk: Any, *, no_key: bool = False) -> Row:
    """Lock the row of these with this primary key, then read it with the relations that `rows` selects.

    In two queries on purpose. One that locks and joins looks, after waiting, at the joined rows of before (PostgreSQL,
    "Read Committed Isolation Level"): what they say may be out of date, and a row that points elsewhere by then is lost.
    With `no_key` others may still add rows that refer to it. Raises `Http404` if it is not one of these any more.
    """
    get_object_or_404(rows.select_related(None).select_for_update(of=("self",), no_key=no_key).values_list("pk"), pk=pk)
    return rows.get(pk=pk)

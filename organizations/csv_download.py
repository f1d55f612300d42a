"""A table that opens in Excel with its accents, and in which no cell is a formula."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_download(name: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """Opens in Excel with its accents, and no cell is a formula."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(map(without_formula, headers))
    writer.writerows(map(without_formula, row) for row in rows)
    return response


def without_formula(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text

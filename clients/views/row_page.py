"""A page with one form over one row, as `RowForm` makes it safe."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.forms.row_form import RowForm
from organizations.middleware import OrganizationRequest


def row_page(
    request: OrganizationRequest, form: RowForm, rows: QuerySet[Any], page: str, *, said: str, **context: Any
) -> HttpResponse:
    """Draw the form, or save it and go to the row. Sent twice, it has made one row and leads there."""
    if form.instance._state.adding and (made := form.made_before(rows)):
        return redirect(made)
    if form.is_valid() and (saved := form.save_once(rows)):
        messages.success(request, said)
        return redirect(saved)
    return render(request, page, {"form": form, **context}, status=form.error_status)

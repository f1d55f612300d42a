"""The shape of a page that changes something a rule may refuse: do it and say so, or say why not."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from organizations.member_changes import ChangeRefused


def told(
    request: HttpRequest,
    change: Callable[[], object],
    sentence: Callable[[], str],
    *,
    refused: type[Exception] = ChangeRefused,
) -> bool:
    """Whether it was done; either way the next page says so."""
    try:
        change()
    except refused as why:
        messages.error(request, str(why))
        return False
    messages.success(request, sentence())
    return True


def kept(
    form: forms.BaseForm,
    change: Callable[[], Any],
    *,
    field: str | None = None,
    refused: type[Exception] = ChangeRefused,
) -> bool:
    """Whether the form holds and it was done; what refused it stands in the form."""
    if not form.is_valid():
        return False
    try:
        change()
    except refused as why:
        form.add_error(field, str(why))
        return False
    return True

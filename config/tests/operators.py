"""Questions the tests of the operators' pages ask."""

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.urls import reverse

from tenancy.context import OPERATOR, all_tenants, surface


def change_url(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def as_operator(question):
    with surface(OPERATOR), all_tenants(reason="test"), transaction.atomic():
        return question()


def logged(row):
    return as_operator(lambda: list(LogEntry.objects.filter(object_id=str(row.pk)).values_list("user_id", flat=True)))

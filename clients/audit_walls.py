"""Lines of the audit trail that tell of a client or project somebody may not see: they do not see those lines either.

A row is a client's, or a project's, when its foreign keys lead there. The ways are found in the models, so that a new
table has no need to say so.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from audit.models import AuditLog
from clients.models import Client, Project
from clients.models.project import closed_to
from organizations.models import Membership
from tenancy.expected import tenant_models
from tenancy.keys import TenantForeignKey

#: So many steps a row is from its client at most.
FAR = 4


def visible_lines(member: Membership) -> "QuerySet[AuditLog]":
    """The firm's lines, without those behind a wall. Who sees everything pays for no wall."""
    lines = AuditLog.objects.all()
    seen = Client.with_deleted.visible_to(member).values("pk")
    clients = list(Client.with_deleted.filter(~Q(pk__in=seen)).values_list("pk", flat=True))
    projects = [key for closed in closed_to(member) for key in closed.values_list("pk", flat=True)]
    projects += list(Project.with_deleted.filter(client__in=clients).values_list("pk", flat=True))
    for target, column, hidden in ((Client, "client_id", clients), (Project, "project_id", projects)):
        if hidden:
            lines = lines.filter(~_tells_of(target, column, hidden))
    return lines


def _tells_of(target: Any, column: str, hidden: list[Any]) -> Q:
    """Lines about these rows, about what hangs on them, and, where that is gone, those that name them."""
    told = Q(resource_type=target._meta.db_table, resource_id__in=hidden)
    for model, way in ways_to(target):
        rows = model._base_manager.filter(**{f"{way}__in": hidden}).order_by().values("pk")
        told |= Q(resource_type=model._meta.db_table, resource_id__in=rows)
    words = [str(key) for key in hidden]
    for values in ("old_values", "new_values"):
        told |= Q(**{f"{values}__{column}__in": words})
    return told


@cache
def ways_to(target: Any) -> list[tuple[Any, str]]:
    """Every tenant table whose rows lead to `target`, with the way: (DocumentVersion, "document__client")."""
    found = {target: ""}
    for _ in range(FAR):
        for model in tenant_models():
            if model not in found and (step := next(_steps(model, found), None)):
                found[model] = step
    return [(model, way) for model, way in found.items() if way]


def _steps(model: type[models.Model], found: dict[Any, str]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if isinstance(field, TenantForeignKey) and field.related_model in found:
            way = found[field.related_model]
            yield f"{field.name}__{way}" if way else field.name

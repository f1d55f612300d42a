"""Which tables can be adopted, and which of their columns; both come from the models."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models

from clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    ClientEvent,
    ClientGrant,
    ClientRelation,
    ClientTag,
    ClientTagging,
    ClientWall,
    Document,
    DocumentVersion,
    InformationRequest,
    Project,
    ProjectGrant,
    ProjectWall,
    RequestCarryover,
    RequestDocument,
    RequestEvent,
    RequestList,
    RequestSample,
    RequestTemplate,
    RequestTemplateItem,
    SavedView,
)
from conversations.models import Comment, CommentAttachment, CommentVersion, Mention, Thread
from organizations.models import CustomRole, Membership, MembershipRole, Organization
from portal.models import PortalPreference
from tenancy.keys import TenantForeignKey
from workspaces.models import (
    ProjectMember,
    ProjectSeries,
    ProjectTemplate,
    ProjectTemplateTask,
    Task,
    TaskDependency,
    TaskStep,
    TimeEntry,
)

#: Made here and nowhere else: whose row it is, the clock, what the database derives, secrets, plans and places of files.
OURS = {
    "organization", "updated_at", "user", "permission", "portal_key", "storage_key", "import_key", "version",
    "tax_id_hash", "submission",
}  # fmt: skip
ORGANIZATION = ("name", "brand_colors", "address", "tax_id", "billing_email", "timezone", "currency", "created_at")


@dataclass(frozen=True)
class Column:
    """One column of a file: `field` says what it holds, `target` which table's ids it names."""

    name: str
    field: Any
    target: str = ""

    @property
    def is_required(self) -> bool:
        field = self.field
        if self.name in MEASURED or self.name in OFTEN_EMPTY:
            return False
        return not (field.null or field.blank or field.has_default() or field.has_db_default())


@dataclass(frozen=True)
class Table:
    name: str
    model: type[models.Model]

    @cached_property
    def columns(self) -> dict[str, Column]:
        return {column.name: column for column in self._columns()}

    @property
    def required(self) -> list[str]:
        return [column.name for column in self.columns.values() if column.is_required or column.name == "id"]

    def _columns(self) -> Iterator[Column]:
        fields: Any = self.model._meta.concrete_fields
        for field in fields:
            if (self.model, field.name) in NOT_HERE:
                continue
            if isinstance(field, TenantForeignKey):
                yield Column(field.column, field, NAMES[field.related_model])
            elif (self.model, field.name) in NAMED_BY_ID:
                yield Column(field.column, field, NAMED_BY_ID[self.model, field.name])
            elif not field.generated and field.name not in OURS:
                yield Column(field.column, field)
        if self.model is DocumentVersion:
            yield FILE


#: The words of a deleted comment.
OFTEN_EMPTY = {"body"}
#: Rows of layers above, of which the table knows the id alone.
NAMED_BY_ID: dict[Any, str] = {
    (Comment, "contact_id"): "client_contacts",
    (CommentAttachment, "document_id"): "documents",
}
#: Rows that do not come along: papers are signed where they were made.
NOT_HERE: set[Any] = {(Task, "workpaper")}
#: Read from the file itself; where a data set tells them they must agree.
MEASURED = {"sha256", "size", "content_type"}
#: The path of a version's content, below `files/`.
FILE = Column("file", models.CharField(max_length=1000))

#: In the order of writing: a table comes after those it names.
TABLES = tuple(
    Table(name, model)
    for name, model in {
        "members": Membership,
        "roles": CustomRole,
        "membership_roles": MembershipRole,
        "clients": Client,
        "client_contacts": ClientContact,
        "user_clients": ClientAssignment,
        "client_grants": ClientGrant,
        "client_walls": ClientWall,
        "client_tags": ClientTag,
        "client_taggings": ClientTagging,
        "client_relations": ClientRelation,
        "client_events": ClientEvent,
        "saved_views": SavedView,
        "projects": Project,
        "project_grants": ProjectGrant,
        "project_walls": ProjectWall,
        "threads": Thread,
        "request_templates": RequestTemplate,
        "request_template_items": RequestTemplateItem,
        "request_lists": RequestList,
        "requests": InformationRequest,
        "request_events": RequestEvent,
        "documents": Document,
        "document_versions": DocumentVersion,
        "request_documents": RequestDocument,
        "request_samples": RequestSample,
        "request_carryovers": RequestCarryover,
        "project_members": ProjectMember,
        "project_templates": ProjectTemplate,
        "project_template_tasks": ProjectTemplateTask,
        "project_series": ProjectSeries,
        "tasks": Task,
        "task_steps": TaskStep,
        "task_dependencies": TaskDependency,
        "time_entries": TimeEntry,
        "comments": Comment,
        "comment_versions": CommentVersion,
        "comment_attachments": CommentAttachment,
        "mentions": Mention,
        "client_portal_preferences": PortalPreference,
    }.items()
)
NAMES: dict[Any, str] = {table.model: table.name for table in TABLES}


def organization_columns() -> dict[str, Column]:
    return {name: Column(name, Organization._meta.get_field(name)) for name in ORGANIZATION}

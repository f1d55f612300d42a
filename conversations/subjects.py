"""What people talk about. The apps above say what their things are; here they are only rows with a `thread`.

An app mounts conversations on a model in three steps:

1. the model gets `thread = TenantForeignKey("conversations.Thread", models.SET_NULL, null=True, …)`;
2. a subclass of `Subject`, registered in `AppConfig.ready()`: `subjects.register(RequestSubject())`;
3. the template says `{% load conversations %}{% conversation row %}`. Where a contact reads it, the portal's
   `{% include "portal/parts/conversation.html" %}` with what `portal.conversations.conversation_of` gives.

A view that shows the row on a page of its own says `inbox.mark_read(member, subject_id=row.pk)` before it draws, so that
the bell in the head of the page counts it no more. Pages, drafts, mentions, unread marks, notifications, mails, mutes and live updates come with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.urls import reverse

from conversations.people import Person
from organizations.models import Membership, Organization
from organizations.mounts import absolute, organization_url


class CommentRefused(Exception):
    """The message is a sentence for the person."""


@dataclass(frozen=True)
class Scope:
    """Something a member may mute: the thing itself, or what it belongs to."""

    kind: str
    id: UUID
    label: str


class Subject:
    """What this layer asks of one kind of thing. `row` is always a row of `model`."""

    #: The word in addresses, in topics and beside notifications.
    kind: ClassVar[str]
    #: The word in sentences: “this request”.
    noun: ClassVar[str]
    model: ClassVar[type[Model]]
    #: Whether people write about it. Of what is only told of, or muted, there is no thread.
    is_discussed: ClassVar[bool] = True
    #: Whether other things belong to it, so that mails about all of them may have a pace of their own.
    is_wide: ClassVar[bool] = False
    #: Whether a client's contact may ever read along.
    has_client_side: ClassVar[bool] = False

    def visible_to(self, member: Membership) -> QuerySet[Any]:
        """The rows the member may see, permissions and walls considered."""
        raise NotImplementedError

    def viewers(self, row: Any) -> list[Membership]:
        """The active members who may see the row: the same rule as `visible_to`, asked the other way round."""
        raise NotImplementedError

    def followers(self, row: Any) -> dict[UUID, str]:
        """Members who should hear of news without having been named, each with the reason (`conversations.events`)."""
        return {}

    def visible_to_contact(self, contact: Any) -> QuerySet[Any]:
        return self.model._default_manager.none()

    def contacts(self, row: Any) -> list[str]:
        """Names of those at the client who read its client-visible thread."""
        return []

    def client_refusal(self, row: Any) -> str:
        """Why nothing can be written to the client now; empty where it can."""
        return "" if self.contacts(row) else "Nobody at the client sees this."

    def title(self, row: Any) -> str:
        return str(row)

    def place(self, row: Any) -> tuple[str, dict[str, Any]]:
        """Name and arguments of its page."""
        return "conversation_detail", {"kind": self.kind, "subject_id": row.pk}

    def wider_scopes(self, row: Any) -> list[Scope]:
        """What it belongs to and may be muted with: its project."""
        return []

    def keeps_files(self, row: Any) -> bool:
        """Whether files can come with a comment at all: without it, none are asked for."""
        return True

    def keep_file(self, row: Any, upload: UploadedFile, *, by: Any, is_internal: bool) -> tuple[UUID, str]:
        """Keep a file that comes with a comment: its id and name. Raises CommentRefused."""
        raise CommentRefused("Files cannot be added here.")

    def file_urls(self, ids: Iterable[UUID], reader: Person) -> dict[UUID, str]:
        """Where the reader opens those of the files they may open."""
        return {}

    def shown_with(self, row: Any) -> list[tuple[str, UUID]]:
        """Topics of the pages that show how much is said about it: its project's board."""
        return []

    # --- what follows from these

    def url(self, row: Any) -> str:
        name, kwargs = self.place(row)
        return reverse(name, kwargs=kwargs)

    def mail_url(self, row: Any, organization: Organization) -> str:
        name, kwargs = self.place(row)
        return absolute(organization_url(organization.slug, name, **kwargs))

    def scopes(self, row: Any) -> list[Scope]:
        return [Scope(self.kind, row.pk, self.title(row)), *self.wider_scopes(row)]


SUBJECTS: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    SUBJECTS[subject.kind] = subject


def discussed() -> list[Subject]:
    return [subject for subject in SUBJECTS.values() if subject.is_discussed]


def of_row(row: Any) -> Subject:
    for subject in SUBJECTS.values():
        if isinstance(row, subject.model):
            return subject
    raise LookupError(f"Nobody registered {type(row).__name__} as a subject of conversation.")

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.plain_text import validate_plain_text
from clients.models.answer_type import AnswerOptions, AnswerType, value_words
from clients.models.project import open_to
from clients.models.request_lifecycle import RequestLifecycle, TransitionRefused
from clients.models.request_list import RequestList
from clients.models.request_status import Answer, Priority, Status
from clients.models.wall import no_wall_before
from organizations.models.authored import AuthoredModel
from search.words import search_vector
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel

if TYPE_CHECKING:
    from clients.models.contact import ClientContact
    from organizations.models import Membership


#: Nothing is to be done any more.
SETTLED = (Status.ACCEPTED, Status.WAIVED)


class InformationRequestQuerySet(models.QuerySet["InformationRequest"]):
    def visible_to(self, member: "Membership") -> "InformationRequestQuerySet":
        if member.sees_every_client:
            return self.open_to(member).filter(no_wall_before(member, client="request_list__client"))
        return self.filter(request_list__in=RequestList.objects.visible_to(member))

    def open_to(self, member: "Membership") -> "InformationRequestQuerySet":
        """Of no project that is closed to the member; for requests of clients that the member is known to see."""
        return self.filter(open_to(member, project="request_list__project"))

    def visible_to_contact(self, contact: "ClientContact") -> "InformationRequestQuerySet":
        """What the portal shows of the contact's client: theirs and nobody's; to who coordinates there, all of it."""
        asked = self.published().filter(request_list__client=contact.client_id, request_list__deleted_at=None)
        return asked if contact.is_coordinator else asked.filter(models.Q(contact=None) | models.Q(contact=contact))

    def in_progress(self) -> "InformationRequestQuerySet":
        """On lists that wait on somebody: neither deleted nor closed, and of no archived client."""
        return self.filter(
            request_list__deleted_at=None,
            request_list__status=RequestList.Status.OPEN,
            request_list__client__archived_at=None,
        )

    def published(self) -> "InformationRequestQuerySet":
        return self.exclude(status=Status.DRAFT)

    def open(self) -> "InformationRequestQuerySet":
        """Neither accepted nor waived: something is still to be done."""
        return self.exclude(status__in=SETTLED)

    def with_client(self) -> "InformationRequestQuerySet":
        return self.filter(status__in=[Status.PENDING, Status.RETURNED])

    def came_back(self) -> "InformationRequestQuerySet":
        """With the client once more, with a reason to read: returned, or asked again after it was settled."""
        return self.filter(models.Q(status=Status.RETURNED) | models.Q(status=Status.PENDING, review_reason__gt=""))

    def to_review(self) -> "InformationRequestQuerySet":
        return self.filter(status=Status.SUBMITTED)

    def overdue(self, today: date) -> "InformationRequestQuerySet":
        """With the client past the due date; `today` is the date in the firm's zone."""
        return self.with_client().filter(due_date__lt=today)


class InformationRequest(RequestLifecycle, AuthoredModel, SoftDeleteModel):
    """One thing asked of a client."""

    Status, Answer, Priority = Status, Answer, Priority

    #: The list it stands on.
    request_list = TenantForeignKey("clients.RequestList", models.CASCADE, related_name="requests")
    #: Its number on the list, as in PBC-12; never given twice.
    number = models.PositiveIntegerField()
    #: What it is called in the table it was brought from; may be empty.
    source_ref = models.CharField("reference in the source", max_length=40, blank=True)
    position = models.PositiveIntegerField(default=0)
    #: The section it stands in; may be empty.
    category = models.CharField("section", max_length=200, blank=True, validators=[validate_plain_text])
    title = models.CharField(max_length=500, validators=[validate_plain_text])
    description = models.TextField(blank=True, max_length=10_000)
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    priority = models.CharField(max_length=20, choices=Priority, default=Priority.MEDIUM)
    #: The member who reviews the answer; may be empty.
    assigned_to = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, blank=True, related_name="assigned_requests"
    )
    #: Whom at the client it is asked of; empty: anybody there.
    contact = TenantForeignKey("clients.ClientContact", models.SET_NULL, null=True, blank=True, related_name="requests")
    #: The last day for the answer; may be empty.
    due_date = models.DateField(null=True, blank=True)
    #: What the client should send, in words; may be empty.
    expected_format = models.CharField(max_length=60, blank=True, validators=[validate_plain_text])
    #: The request that has to be accepted before; empty: none.
    depends_on = TenantForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="dependents")
    #: What is said about it; empty until somebody writes.
    thread = TenantForeignKey(
        "conversations.Thread", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    #: What kind of answer is wanted.
    answer_type = models.CharField(
        "kind of answer", max_length=20, choices=AnswerType, default=AnswerType.FILES, db_default=AnswerType.FILES.value
    )
    #: The choices, the currency or the columns that its kind of answer needs.
    answer_options = models.JSONField(default=dict, db_default={}, blank=True)
    #: What the client says of it; empty: not answered.
    answer = models.CharField(max_length=20, choices=Answer, default=Answer.NONE, blank=True)
    #: What the client wrote beside or instead of files; may be empty.
    answer_text = models.TextField(blank=True, max_length=10_000)
    #: The answer itself where it is no file: a text, or minor units with their currency.
    answer_value = models.JSONField(null=True, blank=True, editable=False)
    #: When the answer was last sent; empty until then.
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: The contact who sent it; empty where none did.
    submitted_by = TenantForeignKey(
        "clients.ClientContact", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    #: When it was last accepted, returned, asked again or waived; empty until then.
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: The member who did that; empty until then.
    reviewed_by = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    #: Why, as the client reads it; may be empty.
    review_reason = models.TextField(blank=True, max_length=2000, editable=False)
    #: Counts steps: whoever changes it says which one they saw.
    version = models.PositiveIntegerField(default=1, editable=False)
    tsv = models.GeneratedField(
        expression=search_vector("title", "source_ref", more=("category", "description")),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = LivingManager.from_queryset(InformationRequestQuerySet)()
    with_deleted = TenantManager.from_queryset(InformationRequestQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "requests"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "request_list", "number"], name="requests_number"),
            models.UniqueConstraint(
                fields=["organization", "request_list", "source_ref"],
                condition=models.Q(deleted_at=None) & ~models.Q(source_ref=""),
                name="requests_source_ref",
                violation_error_message="This list has a request with this reference.",
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="requests_status"),
            models.CheckConstraint(
                condition=models.Q(priority__in=["low", "medium", "high", "urgent"]), name="requests_priority"
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=["", "provided", "does_not_exist", "not_applicable", "withheld"]),
                name="requests_answer",
            ),
            models.CheckConstraint(condition=models.Q(answer_type__in=AnswerType.values), name="requests_answer_type"),
            models.CheckConstraint(
                condition=~models.Q(status="submitted") | models.Q(submitted_at__isnull=False),
                name="requests_submitted_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["returned", "waived"]) | ~models.Q(review_reason=""),
                name="requests_reason",
                violation_error_message="Say why.",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["accepted", "returned", "waived"])
                | models.Q(reviewed_at__isnull=False),
                name="requests_reviewed_at",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "request_list", "position", "id"], name="requests_order"),
            models.Index(fields=["organization", "status", "due_date"], name="requests_waiting"),
            models.Index(fields=["organization", "assigned_to", "status"], name="requests_mine"),
            GinIndex(fields=["organization", "tsv"], name="requests_search"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("request_detail", kwargs={"request_id": self.pk})

    @property
    def reference(self) -> str:
        return f"{self.request_list.prefix}-{self.number:03d}"

    @property
    def is_with_client(self) -> bool:
        return self.status in (Status.PENDING, Status.RETURNED)

    @property
    def is_asked_again(self) -> bool:
        """It was settled once, and then reopened; the reason of a review goes when the next one ends it."""
        return self.status == Status.PENDING and bool(self.review_reason)

    @property
    def is_waiting(self) -> bool:
        """With the client, on a list that is in progress: what a red date may say."""
        return self.is_with_client and self.request_list.is_in_progress

    @property
    def blocked_by(self) -> "InformationRequest | None":
        """The request this one waits for, while that is neither accepted nor waived. Derived, never stored."""
        other: InformationRequest | None = self.depends_on
        if other is None or other.deleted_at or self.status in SETTLED or self.status == Status.SUBMITTED:
            return None
        return None if other.status in SETTLED else other

    @property
    def options(self) -> AnswerOptions:
        return AnswerOptions.read(self.answer_options)

    @property
    def answer_words(self) -> str:
        return value_words(self.answer_type, self.answer_value)

    @transaction.atomic
    def trash(self) -> None:
        """Out of the list, and out of the client's portal. What waited for it waits no longer."""
        self._refuse_closed("delete its requests")
        type(self).objects.filter(pk=self.pk).update(deleted_at=timezone.now(), version=models.F("version") + 1)

    @transaction.atomic
    def restore(self) -> None:
        """Back to its place in the list. Raises TransitionRefused where its reference was given away meanwhile."""
        self._refuse_closed("restore its requests")
        living = type(self).objects.filter(request_list=self.request_list_id)
        if self.source_ref and living.filter(source_ref=self.source_ref).exclude(pk=self.pk).exists():
            raise TransitionRefused(f"Another request of the list has the reference {self.source_ref} now.")
        type(self).with_deleted.filter(pk=self.pk).update(deleted_at=None, version=models.F("version") + 1)

    def _refuse_closed(self, purpose: str) -> None:
        if sentence := RequestList.objects.select_for_update().get(pk=self.request_list_id).refusal(purpose):
            raise TransitionRefused(sentence)

    def is_overdue(self, today: date) -> bool:
        return self.is_with_client and self.due_date is not None and self.due_date < today

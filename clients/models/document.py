from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.urls import reverse

from clients.models.client import Client
from clients.models.project import closed_to, open_to
from clients.models.wall import no_wall_before
from clients.storage import in_own_folder
from organizations.models.authored import AuthoredModel
from search.words import beginnings
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel, TenantModel

if TYPE_CHECKING:
    from clients.models.contact import ClientContact
    from clients.models.document_scan import DocumentScan
    from organizations.models import Membership


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, member: "Membership") -> "DocumentQuerySet":
        documents = self.open_to(member)
        if member.sees_every_client:
            return documents.filter(no_wall_before(member, client="client"))
        return documents.filter(client__in=Client.objects.visible_to(member))

    def open_to(self, member: "Membership") -> "DocumentQuerySet":
        """Not what answers only requests of projects that are closed to the member."""
        project = "request__request_list__project"
        free = RequestDocument.objects.filter(open_to(member, project=project), document=models.OuterRef("document"))
        documents = self
        for closed in closed_to(member):
            answers = RequestDocument.objects.filter(document=models.OuterRef("pk"), **{f"{project}__in": closed})
            documents = documents.filter(~models.Exists(answers.filter(~models.Exists(free))))
        return documents

    def visible_to_contact(self, contact: "ClientContact") -> "DocumentQuerySet":
        return self.filter(client=contact.client_id, visibility=Document.Visibility.SHARED)

    def matching(self, words: str) -> "DocumentQuerySet":
        """Every word begins a word of the document's name or of what its newest version says."""
        # A reverse join from the document would ask each of the firm's documents; this asks the index.
        contents = apps.get_model("clients", "DocumentContent").objects.filter(tsv=beginnings(words))
        return self.filter(pk__in=contents.values("document"))


class Document(AuthoredModel, SoftDeleteModel):
    """A file of one client, with its versions."""

    class Visibility(models.TextChoices):
        FIRM = "firm", "Firm only"
        SHARED = "shared", "Shared with the client"

    client = TenantForeignKey("clients.Client", models.PROTECT, related_name="documents")
    #: The file's name, as it was uploaded or renamed.
    name = models.CharField(max_length=255)
    #: Whether the client's contacts see it in the portal.
    visibility = models.CharField(max_length=20, choices=Visibility, default=Visibility.SHARED)
    #: What is said about it; empty until somebody writes.
    thread = TenantForeignKey(
        "conversations.Thread", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = LivingManager.from_queryset(DocumentQuerySet)()
    with_deleted = TenantManager.from_queryset(DocumentQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "documents"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.CheckConstraint(condition=models.Q(visibility__in=["firm", "shared"]), name="documents_visibility"),
        ]
        indexes = [models.Index("organization", "client", models.F("created_at").desc(), name="documents_newest")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("document_detail", kwargs={"document_id": self.pk})


class DocumentVersion(TenantModel):
    """One upload, never overwritten."""

    if TYPE_CHECKING:
        scans: Any

    document = TenantForeignKey("clients.Document", models.CASCADE, related_name="versions")
    #: The first upload is 1.
    number = models.PositiveIntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    content_type = models.CharField(max_length=120)
    storage_key = models.CharField(max_length=200, editable=False)
    #: Who uploaded it, if somebody of the firm.
    uploaded_by_member = TenantForeignKey("organizations.Membership", models.SET_NULL, null=True, related_name="+")
    #: Who uploaded it, if a client's contact.
    uploaded_by_contact = TenantForeignKey("clients.ClientContact", models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        db_table = "document_versions"
        constraints = [
            *TenantModel.Meta.constraints,
            in_own_folder("storage_key", name="document_versions_own_folder"),
            models.UniqueConstraint(fields=["organization", "document", "number"], name="document_versions_number"),
            models.UniqueConstraint(fields=["organization", "storage_key"], name="document_versions_key"),
            models.CheckConstraint(
                condition=models.Q(uploaded_by_member=None) | models.Q(uploaded_by_contact=None),
                name="document_versions_one_uploader",
            ),
        ]
        indexes = [models.Index(fields=["organization", "sha256"], name="document_versions_sha256")]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"

    @property
    def scan(self) -> "DocumentScan | None":
        """What the virus scanner said; nothing where there is none."""
        return next(iter(self.scans.all()), None)

    @property
    def is_held(self) -> bool:
        """Not given to anybody: not checked yet, or found infected."""
        return self.scan is not None and self.scan.state != "clean"

    @property
    def uploader_name(self) -> str:
        return str(self.uploaded_by_contact or self.uploaded_by_member or "Unknown")


class RequestDocument(TenantModel):
    """One document answering one request; a document may answer many."""

    #: The request it answers.
    request = TenantForeignKey("clients.InformationRequest", models.CASCADE, related_name="request_documents")
    #: The document that answers it.
    document = TenantForeignKey("clients.Document", models.CASCADE, related_name="request_documents")

    class Meta(TenantModel.Meta):
        db_table = "request_documents"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "request", "document"], name="request_documents_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} for {self.request_id}"

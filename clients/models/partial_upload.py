from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.db import models, transaction

from clients.storage import in_own_folder
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

if TYPE_CHECKING:
    from clients.models.contact import ClientContact
    from organizations.models import Membership


class PartialUploadQuerySet(models.QuerySet["PartialUpload"]):
    def of(self, person: "Membership | ClientContact") -> "PartialUploadQuerySet":
        """Only whoever began an upload goes on with it."""
        return self.filter(**{person_field(person): person})


def person_field(person: "Membership | ClientContact") -> str:
    return "member" if person._meta.model_name == "membership" else "contact"


class PartialUpload(TenantModel):
    """A file on its way, piece by piece: where it goes, and how much of it is here.

    A connection that drops, or a page that is loaded again, goes on from `received`. The pieces lie in the store under
    the upload's own folder until the last of them makes a version of a document.
    """

    #: Who sends it, if somebody of the firm.
    member = TenantForeignKey("organizations.Membership", models.CASCADE, null=True, related_name="+")
    #: Who sends it, if a client's contact.
    contact = TenantForeignKey("clients.ClientContact", models.CASCADE, null=True, related_name="+")
    client = TenantForeignKey("clients.Client", models.CASCADE, related_name="+")
    #: The request it will answer; empty where it answers none.
    request = TenantForeignKey("clients.InformationRequest", models.CASCADE, null=True, related_name="+")
    #: The list it comes for, where nobody says yet which request it answers.
    request_list = TenantForeignKey("clients.RequestList", models.CASCADE, null=True, related_name="+")
    #: The document it will be a new version of; empty for a new one.
    document = TenantForeignKey("clients.Document", models.CASCADE, null=True, related_name="+")
    #: What the document will have: `firm` or `shared`.
    visibility = models.CharField(max_length=20, default="shared")
    #: The file's name.
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(help_text="Bytes, as the sender announced.")
    fingerprint = models.CharField(max_length=100, help_text="Tells the sender's file from another of this name.")
    #: Where its pieces lie in the store.
    folder = models.CharField(max_length=200, editable=False)
    #: How many bytes are here.
    received = models.PositiveBigIntegerField(default=0)
    #: How many pieces that is.
    pieces = models.PositiveIntegerField(default=0)
    #: When the last of them came.
    last_piece_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager.from_queryset(PartialUploadQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "partial_uploads"
        constraints = [
            *TenantModel.Meta.constraints,
            in_own_folder("folder", name="partial_uploads_own_folder", folder="partial"),
            models.CheckConstraint(
                condition=models.Q(member=None, contact__isnull=False) | models.Q(member__isnull=False, contact=None),
                name="partial_uploads_one_person",
            ),
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="partial_uploads_not_too_much"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def piece_keys(self) -> list[str]:
        return [f"{self.folder}/{number:06d}" for number in range(self.pieces)]

    def discard(self) -> None:
        """Forget it, with its pieces once that is certain."""
        keys = self.piece_keys()
        self.delete()
        transaction.on_commit(lambda: _delete(keys))

    @property
    def is_whole(self) -> bool:
        return self.received == self.size


def _delete(keys: list[str]) -> None:
    for key in keys:
        default_storage.delete(key)

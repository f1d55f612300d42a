from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from clients.storage import in_own_folder
from search.words import search_vector
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class DocumentContent(TenantModel):
    """What is known of a document's newest version from looking inside: its words, its pages, a small picture.

    Searching reads this table alone, so the document's name stands here too.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Being read"
        READ = "read", "Read"
        UNREADABLE = "unreadable", "No text could be read"

    document = TenantForeignKey("clients.Document", models.CASCADE, related_name="contents")
    #: The newest version, which was read.
    version = TenantForeignKey("clients.DocumentVersion", models.CASCADE, related_name="+")
    #: The document's name, for searching.
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    #: The words found in it; empty where none could be read.
    text = models.TextField(blank=True, default="")
    #: After how many letters the words end, where the file says more; empty where all of it was read.
    cut_at = models.PositiveIntegerField(null=True, blank=True)
    #: How many it has; empty where the kind of file has none.
    pages = models.PositiveIntegerField(null=True, blank=True)
    #: Where its small picture lies in the store; empty where there is none.
    thumbnail_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    tsv = models.GeneratedField(
        expression=search_vector("name", more=("text",)), output_field=SearchVectorField(), db_persist=True
    )

    class Meta(TenantModel.Meta):
        db_table = "document_contents"
        constraints = [
            *TenantModel.Meta.constraints,
            in_own_folder("thumbnail_key", name="document_contents_own_folder"),
            models.UniqueConstraint(fields=["organization", "document"], name="document_contents_one"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "read", "unreadable"]), name="document_contents_state"
            ),
        ]
        indexes = [GinIndex(fields=["organization", "tsv"], name="document_contents_search")]

    def __str__(self) -> str:
        return self.name

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Left
from django.urls import reverse
from uuid_utils.compat import uuid7

from accounts.plain_text import validate_plain_text
from clients.models import Client
from organizations.models.authored import AuthoredModel
from search.words import search_vector
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager, TenantManager
from tenancy.models import SoftDeleteModel, TenantModel

if TYPE_CHECKING:
    from organizations.models import Membership

#: The columns that hold a session's document, by the names of its parts (`workspaces.scoping.shape`).
COLUMNS = {
    "structuring": "session_objects",
    "sow": "sow_objects",
    "loe": "loe_objects",
    "visuals": "diagram_texts_json",
}


#: The lists whose words are searched. Figures, and the headings every session has, are not.
LISTED = (
    ("session_objects", "$.nodes[*].text"), ("sow_objects", "$.sections[*].text"),
    ("loe_objects", "$.phases[*].title"), ("loe_objects", "$.lines[*].title"),
)  # fmt: skip
#: What a document says beside its title. A search column holds a million bytes.
WRITTEN = (
    *(KeyTextTransform(name, "session_objects") for name in ("problem", "outcome", "source")),
    *(
        Left(Cast(Func(column, Value(path), function="jsonb_path_query_array"), models.TextField()), 100_000)
        for column, path in LISTED
    ),
)


class DocumentField(models.JSONField):
    """A part of the document. The trail of changes says that it changed; what it said is in `session_versions`."""

    sensitive = True


class ScopingSessionQuerySet(models.QuerySet["ScopingSession"]):
    def visible_to(self, member: "Membership") -> "ScopingSessionQuerySet":
        """Those without a client, and those of clients the member sees."""
        return self.filter(models.Q(client=None) | models.Q(client__in=Client.objects.visible_to(member)))

    def without_document(self) -> "ScopingSessionQuerySet":
        return self.defer(*COLUMNS.values(), "visual_assets_json", "field_marks", "steps", "tsv")


class ScopingSession(AuthoredModel, SoftDeleteModel):
    """Structuring, statement of work, level of effort and visuals of one opportunity: one document with versions."""

    class Kind(models.TextChoices):
        SOLUTION = "solution", "Solution"
        ASSESSMENT = "assessment", "Assessment"
        ENGAGEMENT = "engagement", "Engagement"
        CHANGE = "change", "Change order"
        TEMPLATE = "template", "Template"

    #: Made by the application, so that newer rows come later (UUID version 7).
    uuid = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: Given in order within the firm and never again; people say “S-12”.
    id = models.PositiveIntegerField(editable=False)  # type: ignore[assignment]
    title = models.CharField(max_length=200, validators=[validate_plain_text])
    #: For whom; empty while it is nobody's client yet.
    client = TenantForeignKey(
        "clients.Client", models.PROTECT, null=True, blank=True, related_name="scoping_sessions"
    )  # fmt: skip
    #: The member who answers for it; may be empty.
    owner = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, blank=True, db_column="user_id",
        related_name="scoping_sessions",
    )  # fmt: skip
    session_type = models.CharField("type", max_length=20, choices=Kind, default=Kind.SOLUTION)
    #: Whether new ones are made from it; as its type says.
    is_template = models.BooleanField(default=False, editable=False)
    #: The firm's words for it, 20 at most.
    tags = ArrayField(models.CharField(max_length=40), size=20, default=list, blank=True)
    #: The structuring: problem, outcome, notes and the lines found in them.
    session_objects = DocumentField(default=dict, editable=False)
    #: The sections of the statement of work.
    sow_objects = DocumentField(default=dict, editable=False)
    #: The level of effort: phases, lines, discount, limit.
    loe_objects = DocumentField(default=dict, editable=False)
    #: The visuals: the text each is drawn from, and its words.
    diagram_texts_json = DocumentField(default=dict, editable=False)
    #: Room for more of the visuals; their pictures are in `session_pictures`.
    visual_assets_json = DocumentField(default=list, editable=False)
    #: Counts saves: a save names the one it started from.
    version = models.PositiveIntegerField(default=1, editable=False)
    #: For each place of the document the save that last changed it, and who did: [version, member].
    field_marks = DocumentField(default=dict, editable=False)
    #: What each member did last to rows and figures, so that it can be undone (`workspaces.scoping.undoing`).
    steps = DocumentField(default=list, db_default=[], editable=False)
    #: What the firm says about it.
    thread = TenantForeignKey(
        "conversations.Thread", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    #: When it was last saved; empty for one that never was.
    saved_at = models.DateTimeField(null=True, editable=False)
    #: Who saved it then; empty for one that never was.
    saved_by = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    tsv = models.GeneratedField(
        expression=search_vector("title", more=WRITTEN), output_field=SearchVectorField(), db_persist=True
    )

    objects = LivingManager.from_queryset(ScopingSessionQuerySet)()
    with_deleted = TenantManager.from_queryset(ScopingSessionQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "ai_architecture_sessions"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "id"], name="ai_architecture_sessions_number"),
            models.CheckConstraint(
                condition=models.Q(session_type__in=["solution", "assessment", "engagement", "change", "template"]),
                name="ai_architecture_sessions_type",
            ),
            models.CheckConstraint(
                condition=models.Q(session_type="template", is_template=True)
                | (~models.Q(session_type="template") & models.Q(is_template=False)),
                name="ai_architecture_sessions_template",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-updated_at", "-uuid"], name="scoping_newest"),
            GinIndex(fields=["organization", "tags"], name="scoping_tags"),
            GinIndex(fields=["organization", "tsv"], name="scoping_search"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("scoping_page", kwargs={"scoping_id": self.pk, "part": "structuring"})

    @property
    def reference(self) -> str:
        return f"S-{self.id}"

    @property
    def document(self) -> dict[str, Any]:
        return {part: getattr(self, column) for part, column in COLUMNS.items()}

    @document.setter
    def document(self, document: dict[str, Any]) -> None:
        for part, column in COLUMNS.items():
            setattr(self, column, document[part])


class SessionVersion(AuthoredModel, TenantModel):
    """What a session said after a save. The newest follows its author's typing, unless it has a name."""

    session = TenantForeignKey("workspaces.ScopingSession", models.CASCADE, related_name="versions")
    #: The session's count of saves when this was newest.
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    #: All parts of the document, as they were.
    document = DocumentField(default=dict)
    #: What a member calls this version; empty for most.
    name = models.CharField(max_length=120, blank=True, validators=[validate_plain_text])
    saved_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        db_table = "session_versions"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "session", "number"], name="session_versions_number"),
        ]

    def __str__(self) -> str:
        return self.name or f"Version {self.number}"

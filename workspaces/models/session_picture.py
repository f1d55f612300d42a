from django.db import models

from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class PictureField(models.TextField):
    """The trail of changes says that a picture changed, and does not keep it."""

    sensitive = True


class SessionPicture(AuthoredModel, TenantModel):
    """A picture that a row of a session's visuals shows, or showed: drawn from its text, or uploaded. It never changes.

    The document names it, so each version has its own. Sanitised before it is stored.
    """

    session = TenantForeignKey("workspaces.ScopingSession", models.CASCADE, related_name="pictures")
    #: Id of the row of the visuals, where it was kept before the document named it; empty for every other.
    row = models.CharField(max_length=12, null=True, blank=True, editable=False)  # noqa: DJ001 (unique where it is)
    #: The drawing.
    svg = PictureField()
    #: A digest of the text it was drawn from; empty for an uploaded one.
    drawn_from = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        db_table = "session_pictures"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "session", "row"], name="session_pictures_row"),
        ]

    def __str__(self) -> str:
        return f"Picture {self.pk}"

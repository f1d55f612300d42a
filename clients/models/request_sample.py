from django.core.exceptions import ValidationError
from django.db import models

from clients.models.answer_type import AnswerOptions, parse_value
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel

#: What may stand in a cell of which nothing can be said, whatever it wants.
NOTHING = {"-", "–", "none", "n/a", "keine", "keiner", "keines", "entfällt"}


class RequestSample(TenantModel):
    """One row of a table of samples: what the auditor selected, and what the client says of it."""

    request = TenantForeignKey("clients.InformationRequest", models.CASCADE, related_name="samples")
    position = models.PositiveIntegerField()
    #: What the auditor wrote, a cell for each given column.
    given = models.JSONField(default=list, blank=True)
    #: What the client wrote, a cell for each asked column.
    filled = models.JSONField(default=list, blank=True)
    #: The file that came for this row; empty where none did.
    document = TenantForeignKey("clients.Document", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        db_table = "request_samples"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "request", "position"], name="request_samples_position"),
        ]

    def is_filled(self, options: AnswerOptions) -> bool:
        """Whether each cell that the client was asked for holds what it wants, or says that there is nothing."""
        cells = [*self.filled, *[""] * len(options.asked)]
        return all(_fits(str(cell), column.kind, options) for cell, column in zip(cells, options.asked, strict=False))

    def __str__(self) -> str:
        return f"Row {self.position} of {self.request_id}"


def _fits(cell: str, kind: str, options: AnswerOptions) -> bool:
    if cell.strip().lower() in NOTHING:
        return True
    try:
        return bool(parse_value(kind, cell, options))
    except ValidationError:
        return False

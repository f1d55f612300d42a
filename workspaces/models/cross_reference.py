from django.db import models

from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class CrossReference(AuthoredModel, TenantModel):
    """Two figures that must be the same: one on each of two papers, or both on one. Compared whenever either is shown.

    A cell is named `row.column` by the ids in the paper's body, so moved rows and renumbered papers keep the tie.
    """

    #: The paper of the one figure.
    workpaper = TenantForeignKey("workspaces.Workpaper", models.CASCADE, related_name="references_out")
    #: Where the figure stands there, as `row.column`.
    cell = models.CharField(max_length=80)
    #: The paper of the other figure; may be the same.
    target = TenantForeignKey("workspaces.Workpaper", models.CASCADE, related_name="references_in")
    #: Where that figure stands, as `row.column`.
    target_cell = models.CharField(max_length=80)

    class Meta(TenantModel.Meta):
        db_table = "cross_references"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "workpaper", "cell", "target", "target_cell"], name="cross_references_pair"
            ),
            models.CheckConstraint(
                condition=~models.Q(workpaper=models.F("target"), cell=models.F("target_cell")),
                name="cross_references_two_ends", violation_error_message="A figure cannot refer to itself.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.workpaper_id} {self.cell} to {self.target_id} {self.target_cell}"

from django.db import models

from accounts.plain_text import validate_plain_text
from tenancy.keys import TenantForeignKey
from tenancy.models import TenantModel


class TaskStep(TenantModel):
    """One line of a task's checklist. It holds nothing up: a task may be done with steps left over."""

    MOST, LONGEST = 100, 300

    task = TenantForeignKey("workspaces.Task", models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    #: What is to be done, one line.
    text = models.CharField(max_length=LONGEST, validators=[validate_plain_text])
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta(TenantModel.Meta):
        db_table = "task_steps"
        indexes = [models.Index(fields=["organization", "task", "position"], name="task_steps_order")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

from django.db import models
from django.urls import reverse

from accounts.plain_text import validate_plain_text
from clients.models.answer_type import AnswerType
from organizations.models.authored import AuthoredModel
from tenancy.keys import TenantForeignKey
from tenancy.models import SoftDeleteModel, TenantModel


class RequestTemplate(AuthoredModel, SoftDeleteModel):
    """A list of requests of the firm's own, to make lists from."""

    name = models.CharField(max_length=200, validators=[validate_plain_text])
    description = models.TextField(blank=True, max_length=2000)
    #: What the numbers of lists made from it begin with.
    prefix = models.CharField("numbering", max_length=10, default="PBC")

    class Meta(SoftDeleteModel.Meta):
        db_table = "request_templates"
        constraints = [
            *SoftDeleteModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "name"], condition=models.Q(deleted_at=None), name="request_templates_name",
                violation_error_message="Another template has this name.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("request_template_detail", kwargs={"template_id": self.pk})


class RequestTemplateItem(TenantModel):
    """One request of a template. `due_days` counts from the day on which a list made from it starts."""

    template = TenantForeignKey("clients.RequestTemplate", models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    #: The section it stands in; may be empty.
    category = models.CharField("section", max_length=200, blank=True, validators=[validate_plain_text])
    title = models.CharField(max_length=500, validators=[validate_plain_text])
    description = models.TextField(blank=True, max_length=10_000)
    #: What the client should send, in words; may be empty.
    expected_format = models.CharField(max_length=60, blank=True, validators=[validate_plain_text])
    #: Days from the start of a list made from it; empty: no date of its own.
    due_days = models.PositiveSmallIntegerField("days until it is due", null=True, blank=True)
    #: The item that has to be accepted before; empty: none.
    depends_on = TenantForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="dependents")
    #: What kind of answer is wanted.
    answer_type = models.CharField("kind of answer", max_length=20, choices=AnswerType, default=AnswerType.FILES)
    #: The choices, the currency or the columns that its kind of answer needs.
    answer_options = models.JSONField(default=dict, blank=True)

    class Meta(TenantModel.Meta):
        db_table = "request_template_items"
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(answer_type__in=AnswerType.values), name="request_template_items_type"
            ),
        ]
        indexes = [models.Index(fields=["organization", "template", "position"], name="request_template_items_order")]

    def __str__(self) -> str:
        return self.title

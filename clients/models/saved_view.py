from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Lower

from accounts.plain_text import validate_plain_text
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel

if TYPE_CHECKING:
    from organizations.models import Membership


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def of(self, member: "Membership", list_name: str) -> "SavedViewQuerySet":
        """The member's own and those others share, in the order of their making."""
        mine = models.Q(member=member) | models.Q(is_shared=True)
        return self.filter(mine, list=list_name).order_by("created_at", "id")


class SavedView(TenantModel):
    """Filters and order of a list, kept under a name. `query` is what stands after `?` in the list's address."""

    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="saved_views")
    #: Which list it is of, such as `clients`.
    list = models.CharField(max_length=40)
    name = models.CharField(max_length=60, validators=[validate_plain_text])
    #: What stands after `?` in the list's address.
    query = models.CharField(max_length=2000, blank=True)
    #: Whether everybody in the firm sees it.
    is_shared = models.BooleanField("everybody in the firm sees it", default=False)

    objects = TenantManager.from_queryset(SavedViewQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "saved_views"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                "organization",
                "member",
                "list",
                Lower("name"),
                name="saved_views_name",
                violation_error_message="You have a view of this name.",
            ),
        ]
        indexes = [models.Index(fields=["organization", "list"], name="saved_views_list")]

    def __str__(self) -> str:
        return self.name


class ListPreference(TenantModel):
    """How one member likes one list: which columns it shows, and the view it opens with."""

    member = TenantForeignKey("organizations.Membership", models.CASCADE, related_name="list_preferences")
    #: Which list it is of, such as `clients`.
    list = models.CharField(max_length=40)
    #: Names of the columns shown; empty: the usual ones.
    columns = models.JSONField(null=True, blank=True)
    #: The view it opens with; empty: the list without one.
    default_view = TenantForeignKey("clients.SavedView", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        db_table = "list_preferences"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "member", "list"], name="list_preferences_one"),
        ]

    def __str__(self) -> str:
        return f"{self.list} of {self.member_id}"

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from accounts import avatars
from accounts.plain_text import validate_plain_text
from organizations.permissions import ROLE_PERMISSIONS, SENIORITY, Permission
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.manager import LivingManager
from tenancy.models import SoftDeleteModel

if TYPE_CHECKING:
    from organizations.models.role import CustomRole

BILLING = frozenset({Permission.VIEW_BILLING, Permission.MANAGE_BILLING})


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    MEMBER = "member", "Member"
    VIEWER = "viewer", "Viewer"
    BILLING = "billing", "Billing"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(status=Membership.Status.ACTIVE)

    def waiting(self) -> "MembershipQuerySet":
        """People who asked to join by a domain and have no answer yet."""
        return self.filter(status=Membership.Status.PENDING)

    def settled(self) -> "MembershipQuerySet":
        return self.exclude(status=Membership.Status.PENDING)

    def owners(self) -> "MembershipQuerySet":
        return self.active().filter(role=Role.OWNER)

    def with_roles(self) -> "MembershipQuerySet":
        """For asking many members what they may do: the roles of all of them in one query."""
        return self.prefetch_related("held_roles__role")


class Membership(SoftDeleteModel):
    """A person in one firm. Everything a firm shows of a person comes from here: the account is theirs alone."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        PENDING = "pending", "Pending"
        SUSPENDED = "suspended", "Suspended"

    #: The person's account.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    #: The person's name in this firm.
    display_name = models.CharField("name", max_length=200, validators=[validate_plain_text])
    #: The person's address in this firm.
    email = models.EmailField(max_length=254)
    #: The address they came by: invited, on the firm's domain, or the founder's. It stays, whatever address is used since.
    joined_as = models.EmailField(max_length=254, blank=True, default="", db_default="", editable=False)
    #: Where the person's picture lies, copied from the account; empty where initials are shown.
    avatar = models.CharField(max_length=300, blank=True, default="", db_default="", editable=False)
    #: The built-in role; custom roles come on top of it (`membership_roles`).
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    #: Exceptions for this member, such as `{"manage_clients": false}`.
    permissions = models.JSONField(default=dict, blank=True)
    #: Pending: waits to be let in.
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    #: The member who invited them, where one did.
    invited_by = TenantForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    #: When they were invited; empty where they were not.
    invited_at = models.DateTimeField(null=True, blank=True)
    #: When they joined; empty until then.
    joined_at = models.DateTimeField(null=True, blank=True)

    #: While a program acts for the member: no more than its token allows.
    narrowed_to: frozenset[Permission] | None = None
    #: What is taken from the member of a request, and the refusal that says why (`organizations.narrowing`).
    taken: Mapping[Permission, Callable[[], Exception]] = MappingProxyType({})
    #: An operator in support, who is no member: what they read is not marked as read.
    leaves_no_marks = False

    objects = LivingManager.from_queryset(MembershipQuerySet)()

    class Meta(SoftDeleteModel.Meta):
        db_table = "organization_memberships"
        constraints = [
            TenantIsolation(name="membership_tenant", operator="read", lookup=True),
            # With deleted rows: whoever comes back gets the same membership back, and its history.
            models.UniqueConstraint(fields=["organization", "user"], name="membership_user"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role"),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "pending", "suspended"]), name="membership_status"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def avatar_url(self) -> str:
        """In this firm's pages; empty where initials are shown."""
        name = avatars.name_of(self.user_id, self.avatar)
        return reverse("member_picture", kwargs={"member_id": self.pk, "file": name}) if name else ""

    @cached_property
    def custom_roles(self) -> list["CustomRole"]:
        """The firm's own roles this member holds, read once."""
        known = "held_roles" in getattr(self, "_prefetched_objects_cache", {})
        held_roles = self.held_roles.all() if known else self.held_roles.select_related("role")
        roles = [held.role for held in held_roles if held.role.deleted_at is None]
        return sorted(roles, key=lambda role: role.name.casefold())

    def can(self, permission: Permission) -> bool:
        """What `is_given` says, less what is taken for now."""
        return permission not in self.taken and self.is_given(permission)

    def is_given(self, permission: Permission) -> bool:
        """What the roles allow together, less or plus this member's own overrides (`{"manage_clients": false}`)."""
        if self.status != self.Status.ACTIVE:
            return False
        if self.narrowed_to is not None and permission not in self.narrowed_to:
            return False
        override = self.permissions.get(permission.value)
        return self.has_from_roles(permission) if override is None else bool(override)

    def has_from_roles(self, permission: Permission) -> bool:
        if permission in ROLE_PERMISSIONS[self.role]:
            return True
        return any(permission in role.granted for role in self.custom_roles)

    def effective_permissions(self) -> frozenset[Permission]:
        return frozenset(permission for permission in Permission if self.can(permission))

    @property
    def sees_every_client(self) -> bool:
        """Owners and admins see restricted clients too; a wall stops them as anybody."""
        return self.role in (Role.OWNER, Role.ADMIN)

    def may_manage(self, other: "Membership") -> bool:
        """Seniority: nobody changes, suspends or removes someone above their own role, nor themselves."""
        return self.can(Permission.MANAGE_MEMBERS) and self != other and self.is_as_senior_as(other)

    def is_as_senior_as(self, other: "Membership") -> bool:
        return SENIORITY[self.role] >= SENIORITY[other.role]

    def grantable_roles(self) -> list[tuple[str, str]]:
        """Roles up to one's own that hold nothing one may not do; but owners and admins may appoint who pays the bills."""
        mine, level = self.effective_permissions(), SENIORITY[self.role]
        if self.sees_every_client:
            mine |= BILLING
        return [
            (role.value, role.label)
            for role in Role
            if SENIORITY[role.value] <= level and ROLE_PERMISSIONS[role.value] <= mine
        ]

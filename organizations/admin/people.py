"""Who works at which firm, who is invited, and which domains firms have proven."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.operator_admin import OperatorAdmin
from audit.log import record_platform
from organizations import domains
from organizations.models import Invitation, Membership, OrganizationDomain, VerifiedDomain
from tenancy.context import APP, surface, tenant


class FirmRowAdmin(OperatorAdmin):
    """Rows of a firm, shown with its name."""

    hidden: tuple[str, ...] = ()
    list_select_related: tuple[str, ...] = ("organization",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).defer("organization__tax_id", *self.hidden)


@admin.register(Membership)
class MembershipAdmin(FirmRowAdmin):
    list_display = ("display_name", "email", "organization", "role", "status", "joined_at")
    list_filter = ("role", "status")
    search_fields = ("display_name", "email", "organization__name")
    ordering = ("organization__name", "display_name")
    fields = ("organization", "display_name", "email", "role", "status", "permissions", "invited_at", "joined_at")


@admin.register(Invitation)
class InvitationAdmin(FirmRowAdmin):
    hidden = ("token_hash",)
    list_display = ("email", "organization", "role", "sent_at", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role",)
    search_fields = ("email", "organization__name")
    ordering = ("-created_at",)
    fields = ("organization", "email", "role", "sent_at", "expires_at", "accepted_at", "revoked_at")


@admin.register(VerifiedDomain)
class VerifiedDomainAdmin(OperatorAdmin):
    """Which firm has proven which domain. Deleting one releases it: another firm may prove it from then on."""

    list_display = fields = ("domain", "organization_id", "created_at")
    search_fields = ("domain",)
    ordering = ("domain",)
    records_itself = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.has_module_permission(request)

    def delete_model(self, request: HttpRequest, obj: VerifiedDomain) -> None:
        """As the firm itself gives a domain up, and in its audit trail; no other role may."""
        with surface(APP), tenant(obj.organization_id, name=f"{request.user}, operator of Tickmark"):
            domains.give_up(OrganizationDomain.objects.get(domain=obj.domain))
        record_platform("domain_released", "verified_domains", domain=obj.domain, organization=str(obj.organization_id))

"""What operators keep: plans and what they hold. Firms' subscriptions and usage they see."""

from django.contrib import admin

from billing import payment_admin  # noqa: F401  (registers)
from billing.models import Subscription
from organizations.admin import FirmRowAdmin


@admin.register(Subscription)
class SubscriptionAdmin(FirmRowAdmin):
    list_display = ("organization", "plan", "status", "billing_period", "seats", "current_period_end")
    list_filter = ("status", "plan", "billing_period")
    search_fields = ("organization__name", "stripe_customer_id")
    list_select_related = ("organization", "plan")
    ordering = ("organization__name",)
    fields = (
        "organization", "plan", "status", "billing_period", "currency", "unit_price", "seats", "trial_ends_at",
        "current_period_start", "current_period_end", "cancel_at_period_end", "pending_plan", "past_due_since",
        "canceled_at", "stripe_customer_id", "stripe_subscription_id",
    )  # fmt: skip

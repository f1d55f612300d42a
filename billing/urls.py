"""A firm's plan and usage, under /o/<slug>/billing/."""

from django.urls import path

from billing.views import credits, overview, plans, usage

urlpatterns = [
    path("billing/", overview.billing, name="billing"),
    path("billing/contact/", overview.billing_contact, name="billing_contact"),
    path("billing/seats/", overview.billing_seats, name="billing_seats"),
    path("billing/plans/", plans.billing_plans, name="billing_plans"),
    path("billing/plans/<slug:code>/", plans.billing_plan, name="billing_plan"),
    path("billing/cancellation/", plans.billing_cancellation, name="billing_cancellation"),
    path("billing/keeping/", plans.billing_keeping, name="billing_keeping"),
    path("billing/credits/", credits.billing_credits, name="billing_credits"),
    path("billing/usage/", usage.billing_usage, name="billing_usage"),
    path("billing/usage/export/", usage.billing_usage_csv, name="billing_usage_csv"),
]

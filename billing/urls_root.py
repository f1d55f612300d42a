"""Outside the firms: where Stripe tells what happened."""

from django.urls import path

from billing.views import webhook

urlpatterns = [path("webhooks/stripe/", webhook.stripe_webhook, name="stripe_webhook")]

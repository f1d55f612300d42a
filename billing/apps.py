from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing.entitlements import entitled
        from organizations.seats import seat_rules

        seat_rules.append(lambda used: entitled("seats", used=used).reason)

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import seats
        from billing.entitlements import entitled, register
        from organizations.seats import seat_limits, seat_rules

        register("seats", seats.within_plan)
        seat_limits.append(lambda: entitled("seats").limit)
        seat_rules.append(lambda used: entitled("seats", used=used).reason)

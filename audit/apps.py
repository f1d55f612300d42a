from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit.trigger import audit_trigger
        from tenancy.isolation import table_hooks

        table_hooks.append(audit_trigger)

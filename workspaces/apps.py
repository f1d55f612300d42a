from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        from clients import document_purge
        from tenancy.isolation import table_hooks
        from workspaces.holds import is_on_hold
        from workspaces.locking import lock_trigger

        table_hooks.append(lock_trigger)
        document_purge.holds.append(is_on_hold)

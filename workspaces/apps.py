from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        from tenancy.isolation import table_hooks
        from workspaces.locking import lock_trigger

        table_hooks.append(lock_trigger)

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        from search import kinds
        from tenancy.isolation import table_hooks
        from workspaces.locking import lock_trigger
        from workspaces.search_kinds import WorkpaperKind

        kinds.register(WorkpaperKind())
        table_hooks.append(lock_trigger)

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        from clients import document_purge
        from clients.evidence import verification
        from conversations import subjects
        from conversations.live import topics
        from search import kinds
        from tenancy.isolation import table_hooks
        from workspaces import conversation_subjects, live, telling
        from workspaces.holds import is_on_hold
        from workspaces.locking import lock_trigger
        from workspaces.printing import archive, copying
        from workspaces.search_kinds import WorkpaperKind

        kinds.register(WorkpaperKind())
        table_hooks.append(lock_trigger)
        document_purge.holds.append(is_on_hold)
        subjects.register(conversation_subjects.WorkpaperSubject())
        telling.register_events()
        topics.register(live.TOPIC, live.may_follow)
        verification.KNOWN[archive.FORMAT] = copying.known_copy

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        from clients import client_access
        from conversations import subjects
        from conversations.live import topics
        from organizations import member_changes
        from tenancy.isolation import table_hooks
        from workspaces.locking import lock_trigger
        from workspaces.tasks import leaving, subject, telling

        table_hooks.append(lock_trigger)
        subjects.register(subject.TaskSubject())
        topics.register("project", subject.may_follow_project)
        telling.register_events()
        member_changes.on_ended.append(leaving.give_back)
        client_access.on_walled.append(leaving.give_back_of_client)

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        from clients import client_access, document_purge, timeline
        from clients.evidence import verification
        from conversations import subjects
        from conversations.live import topics
        from organizations import member_changes
        from search import kinds
        from tenancy.isolation import table_hooks
        from workspaces import conversation_subjects, live, telling
        from workspaces.client_timeline import OF_WORK
        from workspaces.holds import is_on_hold
        from workspaces.locking import lock_trigger
        from workspaces.printing import archive, copying
        from workspaces.scoping import subject as scoping_subject
        from workspaces.search_kinds import ProjectKind, WorkpaperKind
        from workspaces.tasks import leaving, subject
        from workspaces.tasks import telling as telling_of_tasks
        from workspaces.tasks.search_kind import TaskKind
        from workspaces.timekeeping import timer

        kinds.register(WorkpaperKind(), ProjectKind(), TaskKind())
        table_hooks.append(lock_trigger)
        document_purge.holds.append(is_on_hold)
        subjects.register(conversation_subjects.WorkpaperSubject())
        subjects.register(subject.TaskSubject())
        subjects.register(subject.ProjectSubject())
        subjects.register(scoping_subject.ScopingSubject())
        telling.register_events()
        telling_of_tasks.register_events()
        timeline.sources.extend(OF_WORK)
        topics.register(live.TOPIC, live.may_follow)
        topics.register("project", subject.may_follow_project)
        topics.register(timer.TOPIC, timer.may_follow)
        verification.KNOWN[archive.FORMAT] = copying.known_copy
        member_changes.on_ended.append(leaving.give_back)
        client_access.on_shut_out.append(leaving.give_back_of_client)

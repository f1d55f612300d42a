from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        from billing import figures, frozen, measures
        from billing.features import F
        from clients import access_question, client_access, document_changes, document_purge, project_access, timeline
        from clients.evidence import verification
        from conversations import subjects
        from conversations.live import topics
        from organizations import member_changes, open_work, permission_loss
        from organizations.permissions import Permission
        from search import kinds
        from tenancy.isolation import table_hooks
        from workspaces import access_kinds, conversation_subjects, live, telling
        from workspaces.cited import citing_papers
        from workspaces.client_timeline import OF_WORK
        from workspaces.holds import is_on_hold
        from workspaces.locking import lock_trigger
        from workspaces.printing import archive, copying
        from workspaces.scoping import counting, saving
        from workspaces.scoping import subject as scoping_subject
        from workspaces.scoping.search_kind import ScopingKind
        from workspaces.search_kinds import ProjectKind, WorkpaperKind
        from workspaces.tasks import handing_over, leaving, subject
        from workspaces.tasks import telling as telling_of_tasks
        from workspaces.tasks.search_kind import TaskKind
        from workspaces.timekeeping import timer

        measures.register(F.SCOPING_SESSIONS, counting.sessions)
        frozen.register(F.SCOPING_SESSIONS, counting.nth_session)
        figures.name_sessions.append(counting.names)
        kinds.register(WorkpaperKind(), ProjectKind(), TaskKind(), ScopingKind())
        table_hooks.append(lock_trigger)
        document_purge.holds.append(is_on_hold)
        document_changes.users.append(citing_papers)
        subjects.register(conversation_subjects.WorkpaperSubject())
        subjects.register(subject.TaskSubject())
        subjects.register(subject.ProjectSubject())
        subjects.register(scoping_subject.ScopingSubject())
        telling.register_events()
        telling_of_tasks.register_events()
        timeline.sources.extend(OF_WORK)
        topics.register(live.TOPIC, live.may_follow)
        topics.register("project", subject.may_follow_project)
        topics.register_list("projects", Permission.VIEW_PROJECTS, of="project")
        topics.register_list("binders", Permission.VIEW_WORKPAPERS, of=live.TOPIC)
        topics.register_list("scoping-sessions", Permission.VIEW_SCOPING, of=saving.TOPIC)
        topics.register(timer.TOPIC, timer.may_follow)
        verification.KNOWN[archive.FORMAT] = copying.known_copy
        for name, kind in access_kinds.KINDS.items():
            access_question.register(name, kind)
        member_changes.on_ended.append(leaving.give_back)
        open_work.kinds += [handing_over.TASKS, handing_over.LEADS]
        permission_loss.on_lost.append(leaving.lose)
        client_access.on_shut_out.append(leaving.give_back_of_clients)
        project_access.on_shut_out.append(leaving.give_back_of_project)

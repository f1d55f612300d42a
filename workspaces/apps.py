from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        from clients import (
            access_question,
            client_access,
            document_changes,
            document_purge,
            firm_deletion,
            project_access,
            timeline,
        )
        from clients.evidence import verification
        from conversations import forgetting, subjects
        from conversations.live import topics
        from organizations import founding, member_changes, open_work, permission_loss, retention
        from organizations.permissions import Permission
        from search import kinds
        from tenancy.isolation import table_hooks
        from workspaces import access_kinds, conversation_subjects, legends, live, plan_measures, telling
        from workspaces.cited import citing_papers
        from workspaces.client_timeline import OF_WORK
        from workspaces.holds import held_in_firm, is_on_hold, tells_of_held
        from workspaces.locking import lock_trigger
        from workspaces.models import Binder
        from workspaces.printing import archive, copying
        from workspaces.scoping import purging, saving
        from workspaces.scoping import subject as scoping_subject
        from workspaces.scoping.search_kind import ScopingKind
        from workspaces.search_kinds import ProjectKind, WorkpaperKind
        from workspaces.tasks import handing_over, leaving, subject
        from workspaces.tasks import telling as telling_of_tasks
        from workspaces.tasks.search_kind import TaskKind
        from workspaces.timekeeping import timer

        plan_measures.register()
        kinds.register(WorkpaperKind(), ProjectKind(), TaskKind(), ScopingKind())
        table_hooks.append(lock_trigger)
        retention.register(purging.RETENTION)
        founding.on_practices.append(legends.begin)
        document_purge.holds.append(is_on_hold)
        forgetting.held.append(tells_of_held)
        firm_deletion.obstacle_rules.append(held_in_firm)
        firm_deletion.asked_models.append(Binder)
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

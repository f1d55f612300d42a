from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        from accounts import key_rotation as keys
        from clients import (
            conversation_subjects,
            document_purge,
            handing_over,
            key_rotation,
            leaving,
            plan_measures,
            search_actions,
            search_kinds,
            separation,
            starting_templates,
            telling,
            timeline,
        )
        from clients.models import request_event
        from clients.timeline_sources import OF_CLIENTS
        from conversations import subjects
        from conversations.live import topics
        from organizations import duties, founding, member_changes, open_work, permission_loss, retention
        from organizations.permissions import Permission
        from search import actions, kinds

        plan_measures.register()
        retention.register(document_purge.RETENTION)
        retention.register(document_purge.PACKAGES)
        keys.others.append(key_rotation.MergedClients)
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
        duties.register(separation.AUTHOR_ACCEPTS)
        founding.on_practices.append(starting_templates.add)
        member_changes.on_ended.append(leaving.take_clients)
        member_changes.on_narrowed.append(leaving.narrow)
        permission_loss.on_lost.append(leaving.lose)
        open_work.kinds.append(handing_over.REQUESTS)
        request_event.on_step.append(telling.moved)
        telling.register_events()
        timeline.sources.extend(OF_CLIENTS)
        subjects.register(conversation_subjects.RequestSubject())
        subjects.register(conversation_subjects.DocumentSubject())
        kinds.register(search_kinds.ClientKind(), search_kinds.ContactKind())
        kinds.register(search_kinds.RequestKind(), search_kinds.DocumentKind())
        actions.register(search_actions.of_clients)
        topics.register("request-list", conversation_subjects.may_follow_list)
        topics.register_list("request-lists", Permission.VIEW_REQUESTS, of="request-list")
        topics.register_list("documents", Permission.VIEW_DOCUMENTS, of="document")
        topics.register_list("clients", Permission.VIEW_CLIENTS, of="client")

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from clients import conversation_subjects, request_rows, timeline
        from clients import notices as clients_notices
        from conversations import posting
        from portal import conversations, notices
        from portal.reminders import counting, overdue
        from portal.timeline import REMINDERS
        from workspaces import queue

        clients_notices.on_returned.append(notices.tell_returned)
        clients_notices.on_published.append(notices.tell_published)
        clients_notices.on_reminded.append(notices.tell_reminded)
        clients_notices.on_access_ended.append(notices.end_access)
        posting.on_written_to_client.append(notices.tell_written)
        conversation_subjects.contact_file_urls.append(conversations.file_urls)
        request_rows.remarks.append(counting.reminders_said)
        timeline.sources.append(REMINDERS)
        queue.who_is_reminded.append(overdue.overdue_words)

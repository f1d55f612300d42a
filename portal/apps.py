from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from clients import notices as clients_notices
        from portal import notices

        clients_notices.on_returned.append(notices.tell_returned)
        clients_notices.on_published.append(notices.tell_published)
        clients_notices.on_reminded.append(notices.tell_reminded)
        clients_notices.on_access_ended.append(notices.end_access)

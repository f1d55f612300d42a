from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        from clients import leaving, separation
        from organizations import duties, member_changes

        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
        duties.register(separation.AUTHOR_ACCEPTS)
        member_changes.on_ended.append(leaving.take_clients)

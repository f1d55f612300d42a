from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        from clients import leaving
        from organizations import member_changes

        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
        member_changes.on_ended.append(leaving.take_clients)

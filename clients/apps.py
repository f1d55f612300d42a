from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        from clients import leaving
        from organizations import member_changes

        member_changes.on_ended.append(leaving.take_clients)

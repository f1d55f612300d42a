from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        from clients import leaving, separation
        from organizations import duties, member_changes

        duties.register(separation.AUTHOR_ACCEPTS)
        member_changes.on_ended.append(leaving.take_clients)

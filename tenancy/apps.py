from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "tenancy"

    def ready(self) -> None:
        from tenancy import checks, guard  # noqa: F401  (registers)
        from tenancy.platform import apply_platform_tables
        from tenancy.support import apply_support

        post_migrate.connect(apply_platform_tables, sender=self)
        post_migrate.connect(apply_support, sender=self)
        guard.install()

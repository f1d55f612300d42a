from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from billing import copying
        from config.palette import of_the_frame
        from config.plan_offers import plans_on_offer, show_on_site
        from marketing import offers
        from search import actions

        actions.register(of_the_frame)
        offers.source[:] = [plans_on_offer]
        copying.on_offer_changed[:] = [show_on_site]


class OperatorAdminConfig(admin.AdminConfig):
    """Django admin with the site of config.admin."""

    default = False  # of django.contrib.admin; INSTALLED_APPS names it
    default_site = "config.admin.OperatorSite"

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ConfigConfig(AppConfig):
    name = "config"


class OperatorAdminConfig(admin.AdminConfig):
    """Django admin with the site of config.admin."""

    default = False  # of django.contrib.admin; INSTALLED_APPS names it
    default_site = "config.admin.OperatorSite"

from django.apps import AppConfig


class SchemaChangesConfig(AppConfig):
    name = "schema_changes"

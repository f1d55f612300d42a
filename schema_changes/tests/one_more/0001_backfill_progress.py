from importlib import import_module

Migration = import_module("schema_changes.migrations.0001_backfill_progress").Migration

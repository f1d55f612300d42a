from importlib import import_module

from django.db import migrations

#: On legal hold the words of a note stay, whatever the file's rule for notes says.
WORDS = """
        ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME LIKE 'review\\_notes%' AND paper.legal_hold_at IS NOT NULL
            AND (to_jsonb(NEW) -> 'text', to_jsonb(NEW) -> 'purged_at') IS DISTINCT FROM (to_jsonb(OLD) -> 'text', to_jsonb(OLD) -> 'purged_at') THEN
            RAISE EXCEPTION 'The file is on legal hold: its notes keep their words.' USING ERRCODE = 'check_violation';
"""
BEFORE = import_module("workspaces.migrations.0019_guards_know_shards").AFTER
CLOSED = "        ELSIF paper.locked AND ("
AFTER = BEFORE.replace(CLOSED, f"{WORDS.lstrip(chr(10))}{CLOSED}")


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0019_guards_know_shards")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]

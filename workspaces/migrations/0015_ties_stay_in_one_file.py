from importlib import import_module

from django.db import migrations

#: Both ends of a tie are papers of one file, and a closed one is tied to by its late papers alone.
OTHER_END = """
        IF TG_TABLE_NAME = 'cross_references' THEN
            SELECT t.binder_id, t.locked AND t.late_at IS NULL AS closed INTO other
            FROM public.workpapers t
            WHERE t.organization_id = (part ->> 'organization_id')::uuid AND t.id = (part ->> 'target_id')::uuid FOR SHARE;
            IF other.closed AND NOT paper.locked THEN
                RAISE EXCEPTION 'The workpaper at the other end is locked.' USING ERRCODE = 'check_violation';
            ELSIF TG_OP <> 'DELETE' AND part = to_jsonb(NEW) AND other.binder_id <> paper.binder_id THEN
                RAISE EXCEPTION 'Both ends of a tie are papers of one file.' USING ERRCODE = 'check_violation';
            END IF;
        END IF;
"""
BEFORE = import_module("workspaces.migrations.0013_nothing_moves_into_closed_files").PAPER_PART
AFTER = (
    BEFORE.replace("    paper record;\n", "    paper record;\n    other record;\n")
    .replace("SELECT w.locked,", "SELECT w.binder_id, w.locked,")
    # A tie that keeps its first end may move the other one.
    .replace("CONTINUE WHEN part ->> TG_ARGV[0] = seen;", "CONTINUE WHEN part ->> TG_ARGV[0] = seen AND TG_TABLE_NAME <> 'cross_references';")
    .replace("    END LOOP;\n", f"{OTHER_END.lstrip(chr(10))}    END LOOP;\n")
)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0014_files_keep_their_mapping")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]

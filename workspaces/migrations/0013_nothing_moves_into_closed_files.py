from importlib import import_module

from django.db import migrations

#: A row that moves is held to where it comes from and to where it goes.
PAPER_PART = """
CREATE OR REPLACE FUNCTION app.guard_paper_part() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts jsonb[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)] WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)] ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END;
    part jsonb;
    seen text;
    paper record;
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN RETURN coalesce(NEW, OLD); END IF;
    FOREACH part IN ARRAY parts LOOP
        CONTINUE WHEN part ->> TG_ARGV[0] = seen;
        seen := part ->> TG_ARGV[0];
        SELECT w.locked, w.late_at, b.legal_hold_at, b.retained_until INTO paper
        FROM public.workpapers w JOIN public.binders b ON b.organization_id = w.organization_id AND b.id = w.binder_id
        WHERE w.organization_id = (part ->> 'organization_id')::uuid AND w.id = seen::uuid FOR SHARE OF w;
        IF TG_OP = 'DELETE' THEN
            IF paper.legal_hold_at IS NOT NULL OR (paper.locked AND paper.retained_until >= current_date) THEN
                RAISE EXCEPTION 'The workpaper is locked or on legal hold.' USING ERRCODE = 'check_violation';
            END IF;
        ELSIF paper.locked AND (paper.late_at IS NULL OR (TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'workpaper_versions')) THEN
            RAISE EXCEPTION 'The workpaper is locked.' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END
$$
"""
BINDER_PART = """
CREATE OR REPLACE FUNCTION app.guard_binder_part() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts jsonb[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)] WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)] ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END;
    part jsonb;
    seen text;
    firm uuid;
    file record;
    binder uuid;
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN RETURN coalesce(NEW, OLD); END IF;
    FOREACH part IN ARRAY parts LOOP
        CONTINUE WHEN part ->> TG_ARGV[1] = seen;
        seen := part ->> TG_ARGV[1];
        firm := (part ->> 'organization_id')::uuid;
        binder := seen::uuid;
        IF TG_ARGV[0] = 'trial_balances' THEN
            SELECT t.binder_id INTO binder FROM public.trial_balances t WHERE t.organization_id = firm AND t.id = binder;
        ELSIF TG_ARGV[0] = 'journal_entries' THEN
            SELECT e.binder_id INTO binder FROM public.journal_entries e WHERE e.organization_id = firm AND e.id = binder;
        END IF;
        SELECT locked_at, legal_hold_at, retained_until INTO file FROM public.binders b
        WHERE b.organization_id = firm AND b.id = binder FOR SHARE;
        IF TG_OP = 'DELETE' AND file.legal_hold_at IS NULL AND file.retained_until < current_date THEN RETURN OLD; END IF;
        IF file.locked_at IS NOT NULL OR (TG_OP = 'DELETE' AND file.legal_hold_at IS NOT NULL) THEN
            RAISE EXCEPTION 'The binder is locked or on legal hold.' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END
$$
"""
FIRST = import_module("workspaces.migrations.0001_initial")
WRITTEN = {
    name: function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    for name, function in zip(FIRST.NAMES, FIRST.FUNCTIONS, strict=True)
}


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0012_own_folders_checked")]
    operations = [
        migrations.RunSQL(PAPER_PART, WRITTEN["guard_paper_part()"]),
        migrations.RunSQL(BINDER_PART, WRITTEN["guard_binder_part()"]),
    ]

from django.db import migrations, models

#: A locked paper may still be talked about: its first comment gives it a thread, and nothing else of its row.
GUARD = """
CREATE OR REPLACE FUNCTION app.guard_workpaper() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    file record;
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN RETURN coalesce(NEW, OLD); END IF;
    IF TG_OP = 'UPDATE' AND OLD.locked__EXCEPT__ THEN
        RAISE EXCEPTION 'The workpaper is locked.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.binder_id <> OLD.binder_id) THEN
        SELECT locked_at INTO file FROM public.binders
        WHERE organization_id = NEW.organization_id AND id = NEW.binder_id FOR SHARE;
        IF file.locked_at IS NOT NULL AND NOT (NEW.locked AND NEW.late_reason <> '') THEN
            RAISE EXCEPTION 'The binder is locked.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) THEN
        SELECT legal_hold_at, retained_until INTO file FROM public.binders
        WHERE organization_id = OLD.organization_id AND id = OLD.binder_id;
        IF file.legal_hold_at IS NOT NULL THEN
            RAISE EXCEPTION 'The binder is on legal hold.' USING ERRCODE = 'check_violation';
        ELSIF OLD.locked AND file.retained_until >= current_date THEN
            RAISE EXCEPTION 'The workpaper is locked and retained.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$
"""
TALKED_ABOUT = """
        AND NOT (OLD.thread_id IS NULL AND to_jsonb(NEW) - '{thread_id,updated_at,tsv}'::text[]
                 = to_jsonb(OLD) - '{thread_id,updated_at,tsv}'::text[])"""

#: On the way back: what was not made and what is kept no longer had no word of its own.
WITHOUT_A_FILE = """UPDATE binder_copies SET status = 'failed' WHERE status IN ('cancelled', 'removed')"""


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0011_organization_member'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(GUARD.replace("__EXCEPT__", TALKED_ABOUT), GUARD.replace("__EXCEPT__", "")),
        migrations.RemoveConstraint(
            model_name='bindercopy',
            name='binder_copies_status',
        ),
        migrations.RunSQL(migrations.RunSQL.noop, WITHOUT_A_FILE),
        migrations.AddField(
            model_name='bindercopy',
            name='finished_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='bindercopy',
            name='manifest_sha256',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='bindercopy',
            name='kind',
            field=models.CharField(choices=[('pdf', 'PDF of the binder'), ('archive', 'Reference copy')], max_length=10),
        ),
        migrations.AlterField(
            model_name='bindercopy',
            name='status',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Being made'), ('ready', 'Ready'), ('failed', 'Not made'), ('cancelled', 'Cancelled'), ('removed', 'Removed')], default='waiting', max_length=10),
        ),
        migrations.AddIndex(
            model_name='bindercopy',
            index=models.Index(fields=['organization', 'manifest_sha256'], name='binder_copies_manifest'),
        ),
        migrations.AddConstraint(
            model_name='bindercopy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['waiting', 'running', 'failed', 'cancelled']), ('storage_key', '')), models.Q(('status', 'ready'), models.Q(('storage_key', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), models.Q(('status', 'removed'), ('storage_key', '')), _connector='OR'), name='binder_copies_status'),
        ),
    ]

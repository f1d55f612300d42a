"""What the database itself refuses about a closed file: triggers of the binder's tables (functions in the migrations).

The application's role cannot change or delete what is locked, cannot delete what is on legal hold or still retained, and
can add only late papers with a reason. The owner, who maintains tables, is not bound.
"""

from tenancy.isolation import TenantTable

#: Table → the function that guards its rows, with the way from a row to its binder where there are steps between.
GUARDS = {
    "binders": "app.guard_binder()",
    "workpapers": "app.guard_workpaper()",
    "workpaper_versions": "app.guard_paper_part('workpaper_id')",
    "sign_offs": "app.guard_paper_part('workpaper_id')",
    "review_notes": "app.guard_paper_part('workpaper_id')",
    "cross_references": "app.guard_paper_part('workpaper_id')",
    "trial_balances": "app.guard_binder_part('', 'binder_id')",
    "trial_balance_lines": "app.guard_binder_part('trial_balances', 'trial_balance_id')",
    "binder_accounts": "app.guard_binder_part('', 'binder_id')",
    "journal_entries": "app.guard_binder_part('', 'binder_id')",
    "journal_entry_lines": "app.guard_binder_part('journal_entries', 'entry_id')",
}


def lock_trigger(table: TenantTable) -> list[str]:
    """The statement that keeps a locked file locked; none for tables that are no part of one."""
    if table.name not in GUARDS:
        return []
    return [
        f'CREATE TRIGGER locked_file BEFORE INSERT OR UPDATE OR DELETE ON "{table.name}" '
        f"FOR EACH ROW EXECUTE FUNCTION {GUARDS[table.name]}"
    ]

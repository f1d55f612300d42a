from django.urls import path

from workspaces.views import journal_entry, trial_balance, trial_balance_import

A_LEDGER = "workpapers/<uuid:binder_id>/trial-balance/"
THE_ENTRIES = "workpapers/<uuid:binder_id>/journal-entries/"
AN_ENTRY = "workpapers/journal-entries/<uuid:entry_id>/"

urlpatterns = [
    path(A_LEDGER, trial_balance.trial_balance, name="trial_balance"),
    path(f"{A_LEDGER}prior-year/", trial_balance.trial_balance_prior, name="trial_balance_prior"),
    path(f"{A_LEDGER}mapping/", trial_balance.account_mapping_saving, name="account_mapping_saving"),
    path(f"{A_LEDGER}proposals/", trial_balance.account_mapping_proposals, name="account_mapping_proposals"),
    path(f"{A_LEDGER}import/", trial_balance_import.trial_balance_import, name="trial_balance_import"),
    path(f"{A_LEDGER}import/preview/", trial_balance_import.trial_balance_preview, name="trial_balance_preview"),
    path(f"{A_LEDGER}import/run/", trial_balance_import.trial_balance_run, name="trial_balance_run"),
    path(THE_ENTRIES, journal_entry.journal_entry_list, name="journal_entry_list"),
    path(f"{THE_ENTRIES}new/", journal_entry.journal_entry_create, name="journal_entry_create"),
    path(AN_ENTRY, journal_entry.journal_entry_detail, name="journal_entry_detail"),
    path(f"{AN_ENTRY}edit/", journal_entry.journal_entry_update, name="journal_entry_update"),
    path(f"{AN_ENTRY}posting/", journal_entry.journal_entry_posting, name="journal_entry_posting"),
    path(f"{AN_ENTRY}passing/", journal_entry.journal_entry_passing, name="journal_entry_passing"),
    path(f"{AN_ENTRY}reversal/", journal_entry.journal_entry_reversal, name="journal_entry_reversal"),
]

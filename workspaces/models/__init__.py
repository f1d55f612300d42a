from workspaces.models.binder import Binder
from workspaces.models.binder_copy import BinderCopy
from workspaces.models.cross_reference import CrossReference
from workspaces.models.journal_entry import JournalEntry, JournalEntryLine
from workspaces.models.review_note import ReviewNote
from workspaces.models.sign_off import SignOff
from workspaces.models.tickmark import Tickmark
from workspaces.models.trial_balance import AccountMapping, TrialBalance, TrialBalanceLine
from workspaces.models.workpaper import Workpaper
from workspaces.models.workpaper_reading import WorkpaperReading
from workspaces.models.workpaper_version import WorkpaperVersion

__all__ = [
    "AccountMapping",
    "Binder",
    "BinderCopy",
    "CrossReference",
    "JournalEntry",
    "JournalEntryLine",
    "ReviewNote",
    "SignOff",
    "Tickmark",
    "TrialBalance",
    "TrialBalanceLine",
    "Workpaper",
    "WorkpaperReading",
    "WorkpaperVersion",
]

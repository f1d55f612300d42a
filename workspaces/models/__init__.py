from workspaces.models.binder import Binder
from workspaces.models.binder_copy import BinderCopy
from workspaces.models.cross_reference import CrossReference
from workspaces.models.journal_entry import JournalEntry, JournalEntryLine
from workspaces.models.project_team import ProjectMember
from workspaces.models.project_template import ProjectSeries, ProjectTemplate, ProjectTemplateTask
from workspaces.models.rate_card import RateCard, RateCardLine
from workspaces.models.review_note import ReviewNote
from workspaces.models.scoping_session import ScopingSession, SessionVersion
from workspaces.models.session_draft import SessionDraft
from workspaces.models.session_picture import SessionPicture
from workspaces.models.session_share import SessionAcceptance, SessionShare, SessionSnapshot, ShareView
from workspaces.models.sign_off import SignOff
from workspaces.models.task import Task, TaskDependency
from workspaces.models.task_step import TaskStep
from workspaces.models.tickmark import Tickmark
from workspaces.models.time_entry import TimeEntry
from workspaces.models.trial_balance import AccountMapping, BinderAccount, TrialBalance, TrialBalanceLine
from workspaces.models.workpaper import Workpaper
from workspaces.models.workpaper_reading import WorkpaperReading
from workspaces.models.workpaper_version import WorkpaperVersion

__all__ = [
    "AccountMapping",
    "Binder",
    "BinderAccount",
    "BinderCopy",
    "CrossReference",
    "JournalEntry",
    "JournalEntryLine",
    "ProjectMember",
    "ProjectSeries",
    "ProjectTemplate",
    "ProjectTemplateTask",
    "RateCard",
    "RateCardLine",
    "ReviewNote",
    "ScopingSession",
    "SessionAcceptance",
    "SessionDraft",
    "SessionPicture",
    "SessionShare",
    "SessionSnapshot",
    "SessionVersion",
    "ShareView",
    "SignOff",
    "Task",
    "TaskDependency",
    "TaskStep",
    "Tickmark",
    "TimeEntry",
    "TrialBalance",
    "TrialBalanceLine",
    "Workpaper",
    "WorkpaperReading",
    "WorkpaperVersion",
]

"""Whose turn is it? Every status word with its turn and its icon, in one place."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(NamedTuple):
    turn: str
    icon: str
    word: "str | Promise"


DRAFT = Status("idle", "pencil", "Draft")
PLANNED = Status("idle", "calendar", "Planned")
TODO = Status("idle", "circle", "To do")
NOT_APPLICABLE = Status("idle", "minus", "Not applicable")
ARCHIVED = Status("idle", "archive", "Archived")
SUSPENDED = Status("idle", "minus", "Suspended")
CANCELED = Status("idle", "minus", "Canceled")
REVOKED = Status("idle", "minus", "Revoked")

WITH_CLIENT = Status("client", "hourglass", "With client")
RETURNED = Status("client", "arrow-back-up", "Returned")
INVITED = Status("client", "hourglass", "Invited")
ONBOARDING = Status("client", "hourglass", "Onboarding")
NOTES_OPEN = Status("client", "message", "Notes open")
WAITING_FOR_DNS = Status("client", "hourglass", "Waiting for DNS")
UNCONFIRMED = Status("client", "hourglass", "Not confirmed")
TRIAL = Status("client", "hourglass", "Trial")
DUE = Status("client", "hourglass", "Due")
SHARED = Status("client", "hourglass", "Shared with client")

TO_REVIEW = Status("firm", "eye", "To review")
IN_REVIEW = Status("firm", "eye", "In review")
READY_FOR_REVIEW = Status("firm", "eye", "Ready for review")
IN_PROGRESS = Status("firm", "progress", "In progress")
REVIEWED = Status("firm", "eye", "Reviewed")
OPENED = Status("firm", "eye", "Opened by client")

ACCEPTED = Status("done", "check", "Accepted")
SIGNED_OFF = Status("done", "check", "Signed off")
LOCKED = Status("done", "lock", "Locked")
DONE = Status("done", "check", "Done")
PAID = Status("done", "check", "Paid")
VERIFIED = Status("done", "check", "Verified")
ACTIVE = Status("done", "check", "Active")

OVERDUE = Status("late", "clock-exclamation", "Overdue")
MODIFIED = Status("late", "alert-triangle", "Modified since review")
BLOCKED = Status("late", "hand-stop", "Blocked")
EXPIRED = Status("late", "clock-exclamation", "Expired")
PAYMENT_FAILED = Status("late", "alert-triangle", "Payment failed")

STATUS = {
    # requests, as stored
    "draft": DRAFT,
    "pending": WITH_CLIENT,
    "submitted": TO_REVIEW,
    "returned": RETURNED,
    "accepted": ACCEPTED,
    "waived": NOT_APPLICABLE,
    # derived
    "overdue": OVERDUE,
    "blocked": BLOCKED,
    "in_review": IN_REVIEW,
    "not_applicable": NOT_APPLICABLE,
    "opened": OPENED,
    "shared": SHARED,
    # tasks and projects
    "todo": TODO,
    "in_progress": IN_PROGRESS,
    "done": DONE,
    "planned": PLANNED,
    "archived": ARCHIVED,
    # workpapers
    "prepared": READY_FOR_REVIEW,
    "reviewed": REVIEWED,
    "modified": MODIFIED,
    "notes_open": NOTES_OPEN,
    "signed_off": SIGNED_OFF,
    "locked": LOCKED,
    # people, firms, domains
    "active": ACTIVE,
    "invited": INVITED,
    "onboarding": ONBOARDING,
    "suspended": SUSPENDED,
    "expired": EXPIRED,
    "revoked": REVOKED,
    "verified": VERIFIED,
    "unverified": WAITING_FOR_DNS,
    # money
    "trialing": TRIAL,
    "past_due": PAYMENT_FAILED,
    "canceled": CANCELED,
    "paid": PAID,
    "due": DUE,
    "failed": PAYMENT_FAILED,
}

# The same literal is stored for different things: the kind decides.
STATUS_OF_KIND = {
    ("project", "active"): IN_PROGRESS,
    ("member", "pending"): INVITED,
    ("invoice", "open"): DUE,
    ("invoice", "overdue"): OVERDUE,
    ("invoice", "void"): Status("idle", "minus", "Void"),
    ("invoice", "uncollectible"): Status("idle", "minus", "Written off"),
    ("invitation", "pending"): INVITED,
    ("domain", "pending"): WAITING_FOR_DNS,
    ("user", "pending"): UNCONFIRMED,
    ("portal", "accepted"): ACCEPTED._replace(word=_("Accepted")),
    ("portal", "pending"): WITH_CLIENT._replace(word=_("To send")),
    ("portal", "returned"): RETURNED._replace(word=_("To send again")),
    ("portal", "submitted"): TO_REVIEW._replace(word=_("Being checked")),
    ("portal", "not_sent"): Status("idle", "circle", _("Not sent")),
    ("portal", "overdue"): OVERDUE._replace(word=_("Was due")),
    ("portal", "waived"): NOT_APPLICABLE._replace(word=_("Not needed")),
}


def lookup(status: object, kind: str = "") -> Status:
    """An unknown word is shown as it is, as nobody's turn: a chip never breaks a page."""
    key = str(status).lower()
    found = STATUS_OF_KIND.get((kind, key)) or STATUS.get(key)
    return found or Status("idle", "circle", key.replace("_", " ").capitalize())

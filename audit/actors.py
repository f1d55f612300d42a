"""Who did what a line of the trail tells, as far as the line itself says so."""

from enum import StrEnum

from audit.models import AuditFields


class Actor(StrEnum):
    MEMBER = "member"
    CONTACT = "contact"
    SUPPORT = "operator in support"
    TOKEN = "API token"  # noqa: S105 (no secret)
    JOB = "job"
    OTHER = "the system"


#: The fact of a line that says so, the most telling first: a job that a member's request began is a job.
FACTS = {
    "support": Actor.SUPPORT, "job": Actor.JOB, "token": Actor.TOKEN, "contact": Actor.CONTACT, "share": Actor.CONTACT,
    "member": Actor.MEMBER,
}  # fmt: skip


def kind(line: AuditFields) -> Actor:
    for fact, found in FACTS.items():
        if fact in line.context:
            return found
    return Actor.MEMBER if line.user_id else Actor.OTHER

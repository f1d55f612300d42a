"""The operators' first page: how the installation stands, and what somebody should look at. Counts, no content."""

from datetime import timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.timesince import timesince
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from accounts.models import ActiveUserSession, MailLog, User
from organizations.firm_facts import Fact, Section
from organizations.models import Organization, SupportGrant
from tenancy.jobs import DEAD_AFTER

JOBS, FIRMS = "/admin/procrastinate/procrastinatejob/", "/admin/organizations/organization/"


def sections() -> list[Section]:
    return [firms(), people(), jobs(), mails()]


def firms() -> Section:
    week = timezone.now() - timedelta(days=7)
    found = Organization.objects.aggregate(
        all=Count("pk"),
        suspended=Count("pk", filter=Q(status="suspended")),
        new=Count("pk", filter=Q(created_at__gt=week)),
    )
    grants = SupportGrant.objects.all()
    return Section(
        "Firms",
        [
            Fact("Firms", found["all"], url=FIRMS),
            Fact("New in 7 days", found["new"]),
            Fact("Suspended", found["suspended"], url=f"{FIRMS}?status__exact=suspended"),
            Fact("Support: waits for an owner", grants.waiting().count(), url="/admin/organizations/supportgrant/"),
            Fact("Support: open now", grants.in_force().count(), url="/admin/organizations/supportgrant/"),
        ],
    )


def people() -> Section:
    found = User.objects.aggregate(
        active=Count("pk", filter=Q(status="active")), operators=Count("pk", filter=Q(is_operator=True, status="active")),
        paused=Count("pk", filter=Q(locked_until__gt=timezone.now())),
    )  # fmt: skip
    lately = timezone.now() - timedelta(minutes=15)
    return Section(
        "People",
        [
            Fact("Accounts", found["active"], url="/admin/accounts/user/"),
            Fact("Seen in 15 minutes", ActiveUserSession.objects.filter(last_seen_at__gt=lately).count()),
            Fact("Sign-in paused", found["paused"]),
            Fact("Operators", found["operators"], url="/admin/accounts/user/?is_operator__exact=1"),
        ],
    )


def jobs() -> Section:
    found = ProcrastinateJob.objects.filter(status__in=["todo", "doing", "failed"]).aggregate(
        todo=Count("pk", filter=Q(status="todo")), doing=Count("pk", filter=Q(status="doing")),
        failed=Count("pk", filter=Q(status="failed")),
    )  # fmt: skip
    seen = ProcrastinateWorker.objects.aggregate(at=Max("last_heartbeat"))["at"]
    is_dead = seen is None or seen < timezone.now() - timedelta(seconds=DEAD_AFTER)
    sign = f"{timesince(seen)} ago" if seen and is_dead else "just now" if seen else "never"
    return Section(
        "Background jobs",
        [
            Fact("Last sign of a worker", sign, is_dead),
            Fact("Failed", found["failed"], found["failed"] > 0, f"{JOBS}?status__exact=failed"),
            Fact("Wait", found["todo"], url=f"{JOBS}?status__exact=todo"),
            Fact("Run now", found["doing"], url=f"{JOBS}?status__exact=doing"),
        ],
    )


def mails() -> Section:
    found = MailLog.objects.filter(created_at__gt=timezone.now() - timedelta(days=1)).aggregate(
        sent=Count("pk", filter=Q(outcome="sent")), failed=Count("pk", filter=Q(outcome="failed"))
    )
    log = "/admin/accounts/maillog/"
    return Section(
        "Mails, 24 hours",
        [
            Fact("Sent", found["sent"], url=f"{log}?outcome__exact=sent"),
            Fact("Failed", found["failed"], found["failed"] > 0, f"{log}?outcome__exact=failed"),
        ],
    )

"""Jobs: one worker runs those of every firm.

Every job of the product is found in the queue's registry. tenancy/tests/test_jobs.py tries the wrapper itself.
"""

import inspect
import json
import re
import uuid
from contextlib import suppress
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from tenancy.context import IDENTITY, Context, TenantError, current, surface
from tenancy.jobs import PersonTask, TenantTask, by_the_clock
from tests.architecture.sources import PYTHON, relative
from tests.cast import Cast, Firm
from tests.isolation.people import an_export, kept_of
from tests.isolation.rows import Snapshot, a_row, changed, snapshot
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

#: What a job of the product names its ids after, and the table of what they name.
NAMED = {
    "draft_id": "session_drafts",
    "scoping_id": "ai_architecture_sessions",
    "share_id": "session_shares",
    "invitation_id": "invitations",
    "contact_id": "client_contacts",
    "request_id": "requests",
    "list_id": "request_lists",
    "document_id": "documents",
    "version_id": "document_versions",
    "upload_id": "partial_uploads",
    "package_id": "evidence_packages",
    "import_id": "client_imports",
    "domain_id": "organization_domains",
    "member_id": "organization_memberships",
    "giver_id": "organization_memberships",
    "taker_id": "organization_memberships",
    "notification_id": "notifications",
    "digest_id": "notification_digests",
    "comment_id": "comments",
    "giver_contact_id": "client_contacts",
    "reminder_id": "reminder_mails",
    "colleague_id": "colleague_invitations",
    "task_id": "tasks",
    "copy_id": "binder_copies",
    "invoice_id": "invoices",
    "event_id": "stripe_events",
    "grant_id": "support_grants",
    "firm_export_id": "firm_exports",
    "firm_deletion_id": "firm_deletions",
}
WORDS = {"next_path", "organization_id"}
#: Words a job is told beside its ids.
SAID = {"permission": "manage_members"}


def product_jobs[Job: (TenantTask, PersonTask)](kind: type[Job]) -> list[Job]:
    app.perform_import_paths()
    owners = {getattr(task.func, "__self__", None) for task in app.tasks.values()}
    return sorted((job for job in owners if isinstance(job, kind)), key=lambda job: job.task.name)


JOBS = product_jobs(TenantTask)
PEOPLES_JOBS = product_jobs(PersonTask)


def parameters_of(job: TenantTask | PersonTask) -> list[str]:
    return list(inspect.signature(job.function).parameters)


def ids_of(job: TenantTask, firm: Firm) -> dict[str, str]:
    names = [name for name in parameters_of(job) if name not in WORDS]
    return {name: SAID.get(name) or str(a_row(NAMED[name], firm)) for name in names}


def by_name(job: TenantTask | PersonTask) -> str:
    return job.task.name


def harmed(before: Snapshot, firm: Firm) -> set[str]:
    return {table for table, owner in changed(before) if owner == firm.organization.pk}


# --- the product's jobs -----------------------------------------------------------------------------------------


def test_every_job_of_the_product_belongs_to_a_firm() -> None:
    """A plain task would run with no firm, or with one it takes from its arguments as it likes."""
    assert len(JOBS) >= 5
    allowed = {
        "tenancy/jobs.py",
        "clients/jobs.py",
        "accounts/mail_log_jobs.py",
    }  # how it is done, and clean-ups that read no firm's table
    product = [path for path in PYTHON if "/tests/" not in f"/{relative(path)}" and relative(path) not in allowed]
    plain = re.compile(r"procrastinate.* import (app|task)\b|import procrastinate")
    assert [relative(path) for path in product if plain.search(path.read_text())] == []


@pytest.mark.parametrize("job", [job for job in JOBS if set(parameters_of(job)) - WORDS], ids=by_name)
def test_a_job_with_another_firms_ids_does_nothing(cast: Cast, job: TenantTask) -> None:
    before = snapshot()
    job.run(organization_id=str(cast.ours.organization.pk), **ids_of(job, cast.theirs))
    assert mail.outbox == [] and not changed(before)


@pytest.mark.parametrize("job", JOBS, ids=by_name)
@pytest.mark.parametrize("firm", ["", "none", "nobody"])
def test_a_job_without_its_firm_fails_or_finds_nothing(cast: Cast, job: TenantTask, firm: str) -> None:
    before, ids = snapshot(), ids_of(job, cast.theirs)
    if firm == "nobody":
        job.run(organization_id=str(uuid.uuid4()), **ids)
    else:
        with pytest.raises((TenantError, ValueError)):
            job.run(**ids) if firm == "" else job.run(organization_id="none", **ids)
    assert mail.outbox == [] and not changed(before)
    assert current() == Context()


@pytest.mark.parametrize("job", [job for job in JOBS if not job.in_parts], ids=by_name)
def test_the_bare_function_refuses_outside_a_firm(cast: Cast, job: TenantTask) -> None:
    with pytest.raises(TenantError):
        job.function(**ids_of(job, cast.ours))
    assert mail.outbox == []


@pytest.mark.parametrize("job", JOBS, ids=by_name)
def test_jobs_of_two_firms_on_one_worker_mail_their_own(cast: Cast, job: TenantTask) -> None:
    """Theirs, then at once ours, then theirs: each mail speaks of its firm alone."""
    for firm in (cast.theirs, cast.ours, cast.theirs):
        mail.outbox.clear()
        before = snapshot()
        job.run(organization_id=str(firm.organization.pk), **ids_of(job, firm))
        other = cast.ours if firm is cast.theirs else cast.theirs
        for message in mail.outbox:
            text = f"{message.subject} {message.body} {message.to} {message.from_email} {message.message()}"
            assert other.organization.name not in text and other.ana.portal_key not in text
            assert f"@{other.organization.slug}" not in text
        assert not harmed(before, other)


def test_a_job_enqueued_in_a_firm_names_it_whatever_its_ids(cast: Cast) -> None:
    """Somebody hands another firm's id to enqueue(): the job still runs in the firm that enqueued it."""
    job = next(job for job in JOBS if "send_portal_link" in job.task.name)
    with cast.ours.inside():
        job.enqueue(contact_id=cast.theirs.ana.pk)
        with pytest.raises(TypeError):
            job.enqueue(contact_id=cast.theirs.ana.pk, organization_id=cast.theirs.organization.pk)
    assert ProcrastinateJob.objects.get(status="todo").args["organization_id"] == str(cast.ours.organization.pk)
    assert run_jobs() == 1 and mail.outbox == []


def test_a_job_of_work_that_was_rolled_back_is_not_there(cast: Cast) -> None:
    job = next(job for job in JOBS if "send_portal_link" in job.task.name)
    with pytest.raises(RuntimeError), cast.ours.inside():
        job.enqueue(contact_id=cast.ours.ana.pk)
        raise RuntimeError
    assert run_jobs() == 0


def test_what_waits_in_the_queue_holds_ids_and_no_content(cast: Cast) -> None:
    """The queue is one table for all firms."""
    with cast.theirs.inside():
        for job in JOBS:
            job.enqueue(**ids_of(job, cast.theirs))
    queued = json.dumps(
        list(ProcrastinateJob.objects.values("args", "lock", "queueing_lock", "queue_name")), default=str
    )
    for word in (cast.theirs.organization.name, cast.theirs.bakery.name, cast.theirs.ana.email, "okafor"):
        assert word not in queued


# --- jobs of people ---------------------------------------------------------------------------------------------


@pytest.fixture
def theirs_to_take(cast: Cast) -> dict[str, str]:
    """What a job of a person names beside the person, all of it another's."""
    told = {"picture": "https://pictures.example/nina.png"}
    with surface(IDENTITY):
        account = SocialAccount.objects.create(user=cast.theirs.owner.user, provider="okta", uid="1", extra_data=told)
    return {
        "export_id": str(an_export(cast.theirs.owner).pk),
        "firm_id": str(cast.theirs.organization.pk),
        "account_id": str(account.pk),
    }


def others(job: PersonTask, named: dict[str, str]) -> dict[str, str]:
    return {name: named[name] for name in parameters_of(job) if name != "user_id"}


@pytest.mark.parametrize("job", [job for job in PEOPLES_JOBS if parameters_of(job) != ["user_id"]], ids=by_name)
def test_a_persons_job_with_what_is_anothers_does_nothing(
    cast: Cast, job: PersonTask, theirs_to_take: dict[str, str]
) -> None:
    before, kept = snapshot(), [kept_of(firm.owner) for firm in (cast.ours, cast.theirs)]
    job.run(user_id=str(cast.ours.owner.user_id), **others(job, theirs_to_take))
    assert mail.outbox == [] and run_jobs() == 0 and not changed(before)
    assert [kept_of(firm.owner) for firm in (cast.ours, cast.theirs)] == kept
    assert current() == Context()


@pytest.mark.parametrize("job", PEOPLES_JOBS, ids=by_name)
def test_a_persons_job_without_its_person_fails_or_finds_nothing(
    cast: Cast, job: PersonTask, theirs_to_take: dict[str, str]
) -> None:
    before, kept, ids = snapshot(), kept_of(cast.theirs.owner), others(job, theirs_to_take)
    with pytest.raises(TenantError):
        job.run(**ids)
    with pytest.raises((TenantError, ValueError)):
        job.run(user_id="none", **ids)
    with suppress(User.DoesNotExist):
        job.run(user_id=str(uuid.uuid4()), **ids)
    assert mail.outbox == [] and not changed(before)
    assert kept_of(cast.theirs.owner) == kept
    assert current() == Context()


# --- jobs by the clock ------------------------------------------------------------------------------------------


def test_whatever_runs_by_the_clock_is_queued_firm_by_firm() -> None:
    by_clock = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert by_clock - {f"{job.task.name}_when_due" for job in JOBS} == {
        "accounts.mail_log_jobs.purge_mail_log",
        "clients.jobs.discard_abandoned_imports",
        "tenancy.jobs.retry_stalled_jobs",
    }


def test_a_firm_that_fails_by_the_clock_keeps_no_other_waiting(
    cast: Cast, make_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where its job cannot be queued nor where the job itself breaks."""
    ran: list[Any] = []

    def breaks_in_ours() -> None:
        ran.append(current().tenant)
        if current().tenant == cast.ours.organization.pk:
            raise RuntimeError

    firms = [uuid.uuid4(), cast.ours.organization.pk, cast.theirs.organization.pk]
    job = by_the_clock("0 0 1 1 *", firms=lambda: firms)(make_job(breaks_in_ours))
    defer, when_due = job.task.defer, f"{job.task.name}_when_due"

    def fails_for_the_first(organization_id: str) -> Any:
        if organization_id == str(firms[0]):
            raise RuntimeError("No such firm.")
        return defer(organization_id=organization_id)

    monkeypatch.setattr(job.task, "defer", fails_for_the_first)
    try:
        with pytest.raises(ExceptionGroup, match="1 firm"):
            app.tasks[when_due].func()
        with pytest.raises(RuntimeError):
            run_jobs()
        assert run_jobs() == 1
        assert ran == firms[1:]
    finally:
        app.tasks.pop(when_due)
        app.periodic_registry.periodic_tasks.pop((when_due, ""))

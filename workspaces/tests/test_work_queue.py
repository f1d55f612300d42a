"""One queue of tasks, requests and reviews: exact under permissions, in one order, page by page."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from clients.models import ClientWall, InformationRequest
from organizations.models import CustomRole, MembershipRole
from workspaces import work_queue
from workspaces.models import Binder, ProjectMember, SignOff, Task, Workpaper
from workspaces.tasks import blocking, changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        SignOff.objects.update(content_hash="0" * 64)
        yield cast.ours


def titles(firm, member=None, query="", size=50):
    found = work_queue.queue(member or firm.member, timezone.localdate(), QueryDict(query), size=size)
    return [item.row.title for item in found.items], found.next


def test_what_is_late_comes_first_and_of_one_day_what_others_wait_for(firm):
    today = timezone.localdate()
    Task.objects.filter(pk__in=[firm.first_task.pk, firm.task.pk]).update(due_date=today)
    late = changes.add(
        firm.project, by=firm.member, title="Late", assigned_to=firm.member, due_date=today - timedelta(2)
    )
    plain = changes.add(firm.project, by=firm.member, title="Plain", assigned_to=firm.member, due_date=today)
    InformationRequest.objects.filter(pk=firm.submitted.pk).update(due_date=today + timedelta(3))
    expected = [late.title, "Ask the bank", plain.title, "The submitted request", "Bank reconciliation"]
    assert titles(firm)[0] == [*expected, "Agree the balance"]  # which waits, and so comes last


def test_pages_join_without_gap_or_twin(firm):
    for number in range(5):
        changes.add(firm.project, by=firm.member, title=f"T {number}", assigned_to=firm.member)
    everything, seen, after = titles(firm)[0], [], ""
    while True:
        some, after = titles(firm, query=f"after={after}" if after else "", size=3)
        seen += some
        if not after:
            break
    assert seen == everything and len(seen) == len(set(seen))


def test_counts_are_those_of_the_rows_and_a_wall_takes_all_of_them(firm, sign_in):
    found = work_queue.counts(firm.member, timezone.localdate())
    assert (found["task"], found["request"], found["review"], found["all"]) == (2, 1, 1, 4)
    assert len(titles(firm)[0]) == 4
    assert work_queue.counts(firm.admin, timezone.localdate())["review"] == 0  # prepared by them
    ClientWall.objects.create(client=firm.bakery, member=firm.member, reason="Married to the director.")
    assert work_queue.counts(firm.member, timezone.localdate())["all"] == 0 and titles(firm)[0] == []
    assert work_queue.counts(firm.billing, timezone.localdate())["all"] == 0


def test_a_reviewed_paper_waits_for_the_partner_and_for_nobody_who_has_signed_it(firm, sign_in):
    paper, partner = Workpaper.objects.get(reference="B-2"), firm.owner
    ProjectMember.objects.get_or_create(project=firm.project, member=partner)
    assert work_queue.counts(partner, timezone.localdate())["review"] == 1  # to be reviewed by whoever comes first
    SignOff.objects.create(
        workpaper=paper, role="reviewer", member=firm.member, signed_at=timezone.now(), content_hash=paper.content_hash,
        version=paper.version,
    )  # fmt: skip
    assert work_queue.counts(firm.member, timezone.localdate())["review"] == 0
    page = sign_in(partner).get(f"{firm.url('my_work')}?kind=review").text
    assert paper.title in page and f'Sign<span class="visually-hidden"> {paper.reference}' in page
    Binder.objects.filter(pk=paper.binder_id).update(needs_partner=False)
    assert work_queue.counts(partner, timezone.localdate())["review"] == 0


def test_today_shows_own_tasks_and_marks_them_done(firm, sign_in):
    browser = sign_in(firm.member)
    page = browser.get(firm.url("today")).content.decode()
    assert "Your tasks this week" in page and "Ask the bank" in page
    done = f"{firm.url('task_move', task_id=firm.first_task.pk)}?today"
    assert browser.post(done, {"to": "done", "version": 1}).url == firm.url("today")
    assert Task.objects.get(pk=firm.first_task.pk).status == "done"
    assert blocking.open_blockers([firm.task]) == {}


def test_who_may_see_requests_and_projects_no_more_gives_the_work_back(firm, sign_in):
    owner, member = sign_in(firm.owner), firm.member
    assert InformationRequest.objects.open().filter(assigned_to=member).exists()
    denied = {"view_requests": "deny", "view_projects": "deny"}
    owner.post(firm.url("member_overrides", member_id=member.pk), denied)
    assert not InformationRequest.objects.open().filter(assigned_to=member).exists()
    assert not Task.objects.open().filter(assigned_to=member).exists()
    role = CustomRole.objects.create(name="Reader", permissions=["view_requests"])
    MembershipRole.objects.create(member=firm.billing, role=role)
    for narrow in (
        lambda: owner.post(firm.url("role_removal", role_id=role.pk)),
        lambda: owner.post(firm.url("member_roles", member_id=firm.billing.pk), {"roles": []}),
    ):
        InformationRequest.objects.filter(pk=firm.pending.pk).update(assigned_to=firm.billing)
        CustomRole.with_deleted.filter(pk=role.pk).update(deleted_at=None)
        MembershipRole.objects.get_or_create(member=firm.billing, role=role)
        narrow()
        assert InformationRequest.objects.get(pk=firm.pending.pk).assigned_to is None


def test_the_firms_day_decides_what_is_late_wherever_the_server_is(firm):
    for far in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # never on the same day
        firm.organization.timezone = far
        today = firm.organization.today
        for due, late in ((today, 0), (today - timedelta(1), 1)):
            InformationRequest.objects.filter(pk=firm.pending.pk).update(assigned_to=firm.member, due_date=due)
            assert work_queue.counts(firm.member, today)["request"] == 1 + late  # beside the answer to review

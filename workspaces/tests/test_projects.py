"""Projects: found, made, deleted and brought back with exactly what went along, made anew for the next period."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import ClientWall, Project, RequestList
from conversations.models import Notification
from workspaces.models import Binder, ProjectMember, ProjectSeries, ProjectTemplate, Task, TaskDependency
from workspaces.projects import series, templating
from workspaces.projects.series import next_day, next_name
from workspaces.projects.series_jobs import firms_due, make_due_projects
from workspaces.tasks import changes, telling
from workspaces.tasks.recurring import make_next as make_next_task
from workspaces.tasks.recurring import months_later

#: In one of them it is five in the morning.
ZONES = [f"Etc/GMT{offset:+d}" for offset in range(-12, 13)]
pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


@pytest.fixture
def staff(firm, sign_in):
    return sign_in(firm.member)


def new_project(firm, name="Payroll, January 2026", **values):
    return Project.objects.create(name=name, client=firm.bakery, created_by=firm.member, **values)


def test_a_project_is_made_with_team_series_and_the_tasks_of_a_template(firm, staff):
    url = firm.url("project_create")
    form = staff.get(url).context["form"]
    data = {
        "key": form["key"].value(), "name": "Payroll, March 2026", "client": firm.bakery.pk, "status": "active",
        "lead": firm.member.pk, "team": [firm.admin.pk], "start_date": "2026-03-01", "every": "month",
        "template": firm.project_template.pk,
    }  # fmt: skip
    assert staff.post(url, data).status_code == staff.post(url, data).status_code == 302
    made = Project.objects.get(name="Payroll, March 2026")
    assert [task.title for task in made.tasks.all()] == ["Ask for hours"]
    assert [place.member_id for place in made.team.all()] == [firm.admin.pk]
    assert made.series.get().every == "month"


def test_a_name_is_taken_once_in_any_case(firm, staff):
    url = firm.url("project_create")
    answer = staff.post(url, {"name": firm.project.name.upper(), "status": "active"})
    assert answer.status_code == 422 and "Another project has this name." in answer.content.decode()


def test_restoring_brings_back_what_went_along_and_nothing_else(firm, staff):
    project = new_project(firm)
    kept, gone = (changes.add(project, by=firm.member, title=title) for title in ("Kept", "Gone before"))
    staff.post(firm.url("task_removal", task_id=gone.pk))
    staff.post(firm.url("project_removal", project_id=project.pk))
    assert not Project.objects.filter(pk=project.pk).exists() and not Task.objects.filter(project=project).exists()
    other = new_project(firm)  # the name is free meanwhile
    page = staff.post(firm.url("project_restoration", deleted_project_id=project.pk), follow=True).content.decode()
    assert f"{other.name} (2)" in page
    assert list(Task.objects.filter(project=project)) == [kept]


def test_a_project_with_papers_or_lists_is_not_thrown_away(firm, staff):
    page = staff.post(firm.url("project_removal", project_id=firm.project.pk), follow=True).content.decode()
    assert (
        "1 binder with papers and 1 request list with requests" in page
        and Binder.objects.filter(project=firm.project).exists()
    )


def test_filters_words_and_saved_views(firm, staff):
    url = firm.url("project_list")
    assert firm.project.name in staff.get(url, {"q": "audit northwind"}).content.decode()
    assert "No project matches" in staff.get(url, {"lead": "nobody", "q": "audit"}).content.decode()
    Project.objects.filter(pk=firm.project.pk).update(status="done")
    assert "No project matches" in staff.get(url, {"q": "audit"}).content.decode()
    save = firm.url("saved_view_create", list_name="projects")
    staff.post(f"{save}?status=done", {"name": "Finished"})
    assert "Finished" in staff.get(url, {"status": "done"}).content.decode()


@pytest.mark.parametrize(
    ("name", "months", "expected"),
    [
        ("Payroll, December 2026", 1, "Payroll, January 2027"),
        ("Accounts Q4 2026", 3, "Accounts Q1 2027"),
        ("Audit FY2025", 12, "Audit FY2026"),
        ("Bookkeeping", 1, "Bookkeeping"),
    ],
)
def test_the_next_name(name, months, expected):
    assert next_name(name, months) == expected


def test_last_days_stay_last_days():
    assert next_day(date(2026, 2, 28), 1) == date(2026, 3, 31)
    assert next_day(date(2026, 1, 30), 1) == date(2026, 2, 28)


def test_next_months_project_is_made_once_with_tasks_at_the_same_distance(firm, staff):
    project = new_project(firm, start_date=date(2026, 1, 1), end_date=date(2026, 1, 31), status="active")
    first = changes.add(project, by=firm.member, title="Hours", due_date=date(2026, 1, 5), assigned_to=firm.member)
    second = changes.add(project, by=firm.member, title="Run", due_date=date(2026, 1, 20))
    TaskDependency.objects.create(task=second, blocker=first)
    found = ProjectSeries.objects.create(project=project, every="month")
    url = firm.url("project_update", project_id=project.pk)
    form = staff.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    staff.post(url, data | {"status": "done"})
    made = Project.objects.get(name="Payroll, February 2026")
    assert (made.start_date, made.end_date) == (date(2026, 2, 1), date(2026, 2, 28))
    tasks = list(made.tasks.order_by("position").values_list("title", "due_date", "assigned_to"))
    assert tasks == [("Hours", date(2026, 2, 5), firm.member.pk), ("Run", date(2026, 2, 20), None)]
    assert TaskDependency.objects.filter(task__project=made).count() == 1
    assert series.make_next(found, timezone.localdate(), by=firm.member) is None


def test_a_template_kept_from_a_project_gives_its_tasks_to_another(firm, staff):
    staff.post(firm.url("project_keeping", project_id=firm.project.pk), {"name": "From the audit"})
    template = ProjectTemplate.objects.get(name="From the audit")
    project = new_project(firm)
    day = date(2026, 3, 2)
    assert templating.use(template, project, start=day, by=firm.member) == 2
    assert list(project.tasks.order_by("number").values_list("due_date", flat=True)) == [day, day + timedelta(days=1)]
    assert TaskDependency.objects.get(task__project=project).blocker.title == "Ask the bank"


def test_a_template_comes_back_from_the_trash_unless_its_name_was_taken(firm, staff):
    template = firm.project_template
    of_it = {"project_template_id": template.pk}
    restore, page = firm.url("project_template_restoration", **of_it), firm.url("project_template_list")
    staff.post(firm.url("project_template_removal", **of_it))
    assert staff.get(firm.url("project_template_detail", **of_it)).status_code == 404
    assert f'action="{restore}"' in staff.get(page).content.decode()
    other = ProjectTemplate.objects.create(name=template.name.upper())
    assert "Rename that one first." in staff.post(restore, follow=True).content.decode()
    ProjectTemplate.objects.filter(pk=other.pk).update(name="Another")
    assert template.tasks.first().title in staff.post(restore, follow=True).content.decode()
    assert f'action="{restore}"' not in staff.get(page).content.decode()


def test_a_list_and_a_board_ask_as_many_questions_for_many_as_for_few(firm, staff):
    addresses = [firm.url("project_list"), firm.url("project_detail", project_id=firm.project.pk), firm.url("my_work")]
    few = [asked(staff, address) for address in addresses]
    for number in range(8):
        project = new_project(firm, f"Another {number}")
        for place in (firm.project, project):
            changes.add(place, by=firm.member, title=f"Task {number}", assigned_to=firm.member)
    assert [asked(staff, address) for address in addresses] == few


def asked(browser, address):
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_the_clock_comes_at_five_where_the_firm_is_whatever_the_zone_of_another(cast):
    five = next(name for name in ZONES if timezone.now().astimezone(ZoneInfo(name)).hour == 5)
    for firm, zone in [(cast.ours, five), (cast.theirs, "Mars/Olympus")]:
        with firm.inside():
            type(firm.organization).objects.update(timezone=zone)
    assert set(firms_due()) == {cast.ours.organization.pk}


def test_the_clock_makes_the_next_project_when_its_time_begins_and_tells_its_lead(firm):
    today = timezone.localdate()
    before = months_later(today.replace(day=1), -1)
    due, early, old = (
        new_project(firm, name, start_date=start, lead=firm.member)
        for name, start in [
            ("Payroll, January 2026", before), ("VAT, January 2026", today),
            ("Forgotten, January 2020", date(2020, 1, 1)),
        ]
    )  # fmt: skip
    for project in (due, early, old):
        ProjectSeries.objects.create(project=project, every="month")
    for _ in range(2):
        make_due_projects.function()
    made = Project.objects.get(series_before__project=due)
    assert (made.name, made.start_date, made.created_by) == ("Payroll, February 2026", today.replace(day=1), None)
    assert Project.objects.filter(series_before__project__in=[early, old]).count() == 0
    told = Notification.objects.get(event="project_made")
    assert (told.member_id, told.subject_id, told.actor_name) == (firm.member.pk, made.pk, "Tickmark")


def test_what_the_clock_makes_is_told_of_as_due_on_the_firms_morning(firm, monkeypatch):
    """Kiritimati is fourteen hours ahead of the clock job, which runs in UTC."""
    queued = []
    monkeypatch.setattr(telling.tell_due, "enqueue_in", lambda seconds, **_: queued.append(seconds))
    monkeypatch.setattr(telling.timezone, "now", lambda: datetime(2026, 3, 1, tzinfo=UTC))
    type(firm.organization).objects.update(timezone="Pacific/Kiritimati")
    firm.project_template.tasks.update(due_days=1)
    with timezone.override(UTC):
        made = templating.use(firm.project_template, new_project(firm), start=date(2026, 3, 1), by=None)
    assert queued == [17 * 3600] * made and made


def test_who_may_not_see_the_next_project_gets_no_part_in_it(firm):
    project = new_project(firm, start_date=date(2026, 1, 1), lead=firm.member)
    ProjectMember.objects.create(project=project, member=firm.member)
    ProjectMember.objects.create(project=project, member=firm.admin)
    task = changes.add(
        project, by=firm.owner, title="VAT", due_date=date(2026, 1, 5), recurrence="monthly", assigned_to=firm.member
    )
    ClientWall.objects.create(client=firm.bakery, member=firm.member, reason="Married to a director.")
    assert make_next_task(task).assigned_to_id is None
    made = series.make_next(ProjectSeries.objects.create(project=project, every="month"), timezone.localdate(), by=None)
    assert made.lead_id is None and [place.member_id for place in made.team.all()] == [firm.admin.pk]


def test_a_project_goes_with_its_empty_lists_and_binders_and_comes_back_with_them(firm, staff):
    project = new_project(firm)
    task = changes.add(project, by=firm.member, title="Begin")
    empty = RequestList.objects.create(client=firm.bakery, project=project, title="Nothing asked yet", prefix="NEW")
    gone = RequestList.objects.create(client=firm.bakery, project=project, title="Gone before", prefix="OLD")
    gone.trash()
    binder = Binder.objects.create(project=project, period_end=date(2026, 12, 31))
    page = staff.post(firm.url("project_removal", project_id=project.pk), follow=True).text
    assert "and its 1 task moved to the trash" in page
    assert not any(kind.objects.filter(project=project.pk).exists() for kind in (Task, RequestList, Binder))
    staff.post(firm.url("project_restoration", deleted_project_id=project.pk))
    assert list(Task.objects.filter(project=project)) == [task] and list(Binder.objects.filter(project=project)) == [
        binder
    ]
    assert list(RequestList.objects.filter(project=project)) == [empty]

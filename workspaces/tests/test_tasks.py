"""Tasks: moved on, held up, made again, changed many at once; nobody is overwritten."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from clients import client_access, client_bulk, client_merge
from clients.models import Client, ClientWall, Document, Project
from conversations.models import Notification
from organizations import member_changes
from workspaces.models import Task, TaskDependency
from workspaces.tasks import blocking, changes
from workspaces.tasks.recurring import next_due
from workspaces.tasks.refusals import TaskRefused
from workspaces.timekeeping import timer

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


@pytest.fixture
def staff(firm, sign_in):
    return sign_in(firm.member)


def board(firm, **kwargs):
    return firm.url("project_detail", project_id=firm.project.pk, **kwargs)


def move(browser, firm, task, to, version=None, **more):
    data = {"to": to, "version": version or Task.objects.get(pk=task.pk).version, **more}
    return browser.post(firm.url("task_move", task_id=task.pk), data, follow=True)


def stored(task):
    return Task.with_deleted.get(pk=task.pk)


def test_board_list_and_calendar_show_the_same_tasks(firm, staff):
    for view in ("board", "list", "calendar"):
        page = staff.get(board(firm), {"view": view}).content.decode()
        assert "Ask the bank" in page and "Agree the balance" in page and "Thrown away" not in page
        page = staff.get(board(firm), {"view": view, "q": "bank"}).content.decode()
        assert "Ask the bank" in page and "Agree the balance" not in page


def test_a_blocked_task_stands_apart_and_is_not_finished_before_what_it_waits_for(firm, staff):
    lanes = {lane.state: [card.task.pk for card in lane.cards] for lane in staff.get(board(firm)).context["lanes"]}
    assert lanes["blocked"] == [firm.task.pk] and lanes["todo"] == [firm.first_task.pk]
    answer = move(staff, firm, firm.task, "done")
    assert answer.status_code == 422 and "T-2 waits for T-1 “Ask the bank”" in answer.content.decode()
    move(staff, firm, firm.first_task, "done")
    assert move(staff, firm, firm.task, "done").status_code == 200
    assert stored(firm.task).status == "done" and stored(firm.task).done_by_id == firm.member.pk


def test_a_move_with_an_old_version_changes_nothing_and_says_so(firm, staff):
    move(staff, firm, firm.first_task, "in_progress")
    answer = move(staff, firm, firm.first_task, "done", version=1)
    assert answer.status_code == 409 and "changed meanwhile" in answer.content.decode()
    assert stored(firm.first_task).status == "in_progress"


def test_two_tabs_that_edit_a_task_do_not_overwrite_each_other(firm, staff):
    url = firm.url("task_update", task_id=firm.first_task.pk)
    form = {name: value for name, value in staff.get(url).context["form"].initial.items() if value is not None}
    assert staff.post(url, form | {"title": "Ask both banks"}).status_code == 302
    answer = staff.post(url, form | {"title": "Ask one bank"})
    assert answer.status_code == 409 and "Ask one bank" in answer.content.decode()
    assert stored(firm.first_task).title == "Ask both banks"


def test_a_card_is_dropped_before_another_also_where_places_have_run_out(firm, staff):
    Task.objects.filter(pk=firm.task.pk).update(position=firm.first_task.position + 1)
    third = changes.add(firm.project, by=firm.member, title="Third")
    move(staff, firm, third, "todo", before=firm.task.pk)
    order = list(Task.objects.filter(project=firm.project).order_by("position").values_list("title", flat=True))
    assert order == ["Ask the bank", "Third", "Agree the balance"]
    move(staff, firm, firm.first_task, "todo", last="1")
    assert Task.objects.filter(project=firm.project).order_by("position").last() == firm.first_task


def test_tasks_never_wait_for_each_other_in_a_circle(firm, staff):
    third = changes.add(firm.project, by=firm.member, title="Third")
    blocking.link(third, firm.task)
    with pytest.raises(TaskRefused, match="T-4, which waits for T-2, which waits for this one"):
        blocking.link(firm.first_task, third)
    url = firm.url("task_dependency_creation", task_id=firm.first_task.pk)
    answer = staff.post(url, {"blocker": third.pk})
    assert answer.status_code == 422 and "That would be a circle" in answer.content.decode()
    assert TaskDependency.objects.count() == 2


@pytest.mark.parametrize(
    ("due", "rule", "meant", "expected"),
    [
        (date(2026, 1, 31), "monthly", 31, date(2026, 2, 28)),
        (date(2026, 2, 28), "monthly", 31, date(2026, 3, 31)),
        (date(2024, 2, 29), "yearly", 29, date(2025, 2, 28)),
        (date(2026, 11, 30), "quarterly", 30, date(2027, 2, 28)),
        (date(2026, 12, 28), "weekly", None, date(2027, 1, 4)),
    ],
)
def test_what_repeats_keeps_the_day_it_is_meant_for(due, rule, meant, expected):
    assert next_due(due, rule, meant) == expected


def test_the_next_task_is_made_once_however_often_this_one_is_done(firm, staff):
    task = changes.add(
        firm.project, by=firm.admin, title="VAT return", due_date=date(2026, 1, 31), recurrence="monthly",
        assigned_to=firm.member,
    )  # fmt: skip
    for status in ("done", "todo", "done"):
        move(staff, firm, task, status)
    made = Task.objects.get(recurs_from=task)
    assert (made.title, made.due_date, made.recurrence_day, made.assigned_to_id) == (
        "VAT return", date(2026, 2, 28), 31, firm.member.pk
    )  # fmt: skip
    move(staff, firm, made, "done")
    assert Task.objects.get(recurs_from=made).due_date == date(2026, 3, 31)


def test_many_tasks_are_assigned_with_one_notification_and_the_changed_one_left_alone(firm, sign_in):
    third = changes.add(firm.project, by=firm.member, title="Third")
    move(sign_in(firm.member), firm, firm.first_task, "in_progress")
    rows = [f"{task.pk}:1" for task in (firm.first_task, firm.task, third)]
    url = firm.url("task_bulk_assignment", project_id=firm.project.pk)
    data = {"selected": rows, "assigned_to": firm.admin.pk}
    page = sign_in(firm.member).post(url, data, follow=True).content.decode()
    assert "2 tasks assigned" in page and "1 of 3 changed meanwhile and were left alone: T-1" in page
    assert Notification.objects.filter(event="tasks_assigned", member=firm.admin).count() == 1
    assert stored(firm.first_task).assigned_to_id == firm.member.pk


def test_a_chain_is_finished_in_one_go(firm, staff):
    rows = [f"{firm.task.pk}:1", f"{firm.first_task.pk}:1"]
    staff.post(firm.url("task_bulk_status", project_id=firm.project.pk), {"selected": rows, "status": "done"})
    assert stored(firm.task).status == stored(firm.first_task).status == "done"


def test_only_who_sees_the_client_is_offered_and_taken(firm, staff):
    ClientWall.objects.create(client=firm.bakery, member=firm.viewer, reason="A relative works there.")
    url = firm.url("task_update", task_id=firm.task.pk)
    form = staff.get(url).context["form"]
    assert firm.viewer not in form.fields["assigned_to"].queryset
    data = {name: value for name, value in form.initial.items() if value is not None}
    assert staff.post(url, data | {"assigned_to": firm.viewer.pk}).status_code == 422


def test_a_wall_gives_the_members_open_tasks_back(firm, sign_in):
    from clients.client_access import put_up_wall

    timer.start(firm.member, firm.project, firm.task)

    put_up_wall(firm.bakery, firm.member, reason="Bought shares.", by=firm.owner)
    assert stored(firm.task).assigned_to_id is None and timer.running(firm.member) is None
    assert sign_in(firm.member).get(firm.url("task_detail", task_id=firm.task.pk)).status_code == 404
    assert sign_in(firm.member).get(board(firm)).status_code == 404


def test_a_viewer_looks_and_does_not_touch(firm, sign_in):
    viewer = sign_in(firm.viewer)
    page = viewer.get(board(firm)).content.decode()
    assert "Ask the bank" in page and "Add task" not in page
    assert move(viewer, firm, firm.first_task, "done").status_code == 403


def test_tasks_of_a_restricted_client_are_not_there_for_others(firm, sign_in):
    Client.objects.filter(pk=firm.bakery.pk).update(access="assigned")
    assert sign_in(firm.viewer).get(firm.url("task_detail", task_id=firm.task.pk)).status_code == 404


def test_the_assigned_hears_of_the_task_and_who_added_it_that_it_is_done(firm, staff):
    task = changes.add(firm.project, by=firm.admin, title="Call Ana", assigned_to=firm.member)
    assert Notification.objects.filter(event="task_assigned", member=firm.member, subject_id=task.pk).exists()
    move(staff, firm, task, "done")
    assert Notification.objects.filter(event="task_done", member=firm.admin, subject_id=task.pk).exists()


def test_the_morning_tells_once_of_what_is_due(firm):
    from workspaces.tasks.telling import tell_due

    Task.objects.filter(pk=firm.first_task.pk).update(due_date=timezone.localdate())
    for _ in range(2):
        tell_due.run(organization_id=str(firm.organization.pk), task_id=str(firm.first_task.pk))
    assert Notification.objects.filter(event="task_due", member=firm.member).count() == 1
    Task.objects.filter(pk=firm.task.pk).update(due_date=timezone.localdate() + timedelta(days=1))
    tell_due.run(organization_id=str(firm.organization.pk), task_id=str(firm.task.pk))
    assert Notification.objects.filter(event="task_due").count() == 1


def test_what_does_not_fit_on_the_board_or_in_the_month_is_counted_and_linked(firm, staff, monkeypatch):
    monkeypatch.setattr("workspaces.tasks.board.OPEN", 1)
    monkeypatch.setattr("workspaces.tasks.month.MOST", 1)
    Task.objects.update(due_date=timezone.localdate())
    changes.add(firm.project, by=firm.member, title="Call the bank", due_date=timezone.localdate())
    answer = staff.get(board(firm), {"q": "b"})
    assert {lane.state: (lane.count, lane.more) for lane in answer.context["lanes"] if lane.count} == {
        "todo": (2, 1), "blocked": (1, 1)
    }  # fmt: skip
    assert 'href="?q=b&amp;view=list&amp;status=todo"' in answer.content.decode()
    page = staff.get(board(firm), {"view": "calendar", "q": "b"}).content.decode()
    assert "2 more tasks of these weeks" in page and 'href="?q=b&amp;view=list&amp;o=due"' in page


@pytest.mark.parametrize("how", ["unassign", "restrict", "form", "merge", "bulk"])
def test_who_loses_sight_of_a_client_gives_its_open_work_back(firm, sign_in, how):
    client_access.assign(firm.bakery, firm.member)
    client_access.restrict(firm.bakery, Client.Access.ASSIGNED, by=firm.owner)
    assert stored(firm.task).assigned_to_id == firm.member.pk
    if how == "unassign":
        client_access.unassign(firm.bakery, firm.member)
    elif how == "bulk":
        chosen = client_bulk.Selection({firm.bakery.pk: client_bulk.mark(Client.objects.get(pk=firm.bakery.pk))})
        done = client_bulk.remove_staff(chosen, Client.objects.all(), firm.member, by=firm.owner)
        assert done.changed == [firm.bakery]
    else:
        client_access.restrict(firm.bakery, Client.Access.FIRM, by=firm.owner)
        client_access.unassign(firm.bakery, firm.member)
        assert stored(firm.task).assigned_to_id == firm.member.pk
        close(firm, sign_in(firm.owner), how)
    assert stored(firm.task).assigned_to_id is None


def test_an_admin_who_becomes_a_member_gives_back_what_they_see_no_more(firm):
    own = Project.objects.create(name="Partners’ pay", access=Project.Access.NAMED, created_by=firm.owner)
    secret = changes.add(own, by=firm.owner, title="Write it down", assigned_to=firm.admin)
    Task.objects.filter(pk=firm.task.pk).update(assigned_to=firm.admin)
    client_access.restrict(firm.bakery, Client.Access.ASSIGNED, by=firm.owner)
    assert stored(firm.task).assigned_to_id == stored(secret).assigned_to_id == firm.admin.pk
    member_changes.change_role(firm.admin, "member", by=firm.owner)
    assert stored(firm.task).assigned_to_id is stored(secret).assigned_to_id is None


def close(firm, owner, how):
    if how == "form":
        url = firm.url("client_update", client_id=firm.bakery.pk)
        data = {name: value for name, value in owner.get(url).context["form"].initial.items() if value is not None}
        assert owner.post(url, data | {"access": "assigned", "staff": []}).status_code == 302
    elif how == "merge":
        secret = Client.objects.create(name="Northwind’s holding", access="assigned", created_by=firm.owner)
        client_merge.merge(firm.bakery, secret, take=set(), by=firm.owner)
    else:
        client_access.restrict(firm.bakery, Client.Access.ASSIGNED, by=firm.owner)


def test_a_file_beside_a_comment_on_a_task_is_the_clients_and_the_firms_own_project_offers_none(firm, staff):
    url = firm.url("comment_create", kind="task", subject_id=firm.task.pk)
    upload = SimpleUploadedFile("margins.csv", b"a,b\n1,2\n")
    staff.post(url, {"body": "See the file", "audience": "internal", "uploads": upload})
    kept = Document.objects.get(name="margins.csv")
    assert (kept.client_id, kept.visibility) == (firm.bakery.pk, "firm")
    page = staff.get(firm.url("task_detail", task_id=firm.task.pk)).content.decode()
    assert firm.url("document_download", document_id=kept.pk) in page and "Attach files" in page
    own = Project.objects.create(name="The firm’s own", created_by=firm.member)
    task = changes.add(own, by=firm.member, title="Tidy up")
    assert "Attach files" not in staff.get(firm.url("task_detail", task_id=task.pk)).content.decode()


def page_of(firm, task):
    return firm.url("task_detail", task_id=task.pk)


def place(browser, firm, task, **where):
    data = {"version": stored(task).version, **where}
    return browser.post(firm.url("task_place", task_id=task.pk), data, follow=True)


def test_a_task_is_moved_one_place_up_or_down_by_a_button_of_its_board_or_list(firm, staff, sign_in):
    third = changes.add(firm.project, by=firm.member, title="Write it up")

    def order():
        return list(Task.objects.filter(project=firm.project).order_by("position").values_list("number", flat=True))

    cards = staff.get(board(firm), {"view": "list"}).context["cards"]
    assert [card.neighbours for card in cards] == [
        (None, firm.task.pk), (firm.first_task.pk, third.pk), (firm.task.pk, None),
    ]  # fmt: skip
    assert 'data-place="' not in staff.get(board(firm), {"view": "list", "o": "due"}).text
    place(staff, firm, third, before=firm.first_task.pk)
    assert order() == [third.number, 1, 2]
    answer = place(staff, firm, third, after=firm.task.pk)
    assert order() == [1, 2, third.number] and answer.redirect_chain
    # Somebody else's change is not moved over; whoever may not change tasks gets no button and no way.
    assert "changed meanwhile" in place(staff, firm, third, after=firm.first_task.pk, version=1).text
    assert place(staff, firm, third, before="nonsense").status_code == 422
    assert order() == [1, 2, third.number]
    viewer = sign_in(firm.viewer)
    assert 'data-place="' not in viewer.get(board(firm)).text and place(viewer, firm, third).status_code == 403


def test_who_does_it_and_by_when_is_set_beside_the_board(firm, staff):
    url = firm.url("task_planning", task_id=firm.first_task.pk)
    form = staff.get(page_of(firm, firm.first_task)).context["plan_form"]
    data = {"seen": form.initial["seen"], "assigned_to": str(firm.owner.pk), "due_date": "2026-12-24"}
    drawer = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert "T-1 saved" in staff.post(url, data, headers=drawer, follow=True).headers["HX-Trigger"]
    assert (stored(firm.first_task).assigned_to_id, stored(firm.first_task).due_date) == (
        firm.owner.pk,
        date(2026, 12, 24),
    )
    assert Notification.objects.filter(member=firm.owner, event="task_assigned").count() == 1
    # From a page that was drawn before: said, kept, and saved when sent again.
    stale = staff.post(url, data | {"due_date": "2026-12-31"})
    assert stale.status_code == 409 and 'value="2026-12-31"' in stale.text
    wrong = staff.post(url, data | {"due_date": "31 Feb"})
    assert 'value="31 Feb"' in wrong.text and stored(firm.first_task).due_date == date(2026, 12, 24)
    Task.objects.filter(pk=firm.first_task.pk).update(recurrence="weekly")
    seen = staff.get(page_of(firm, firm.first_task)).context["plan_form"].initial["seen"]
    assert "What repeats needs a due date." in staff.post(url, data | {"seen": seen, "due_date": ""}).text


def test_a_filter_by_due_date_is_kept_as_a_view_of_every_project(firm, staff):
    Task.objects.filter(pk=firm.task.pk).update(due_date=timezone.localdate() + timedelta(days=40))
    for due, numbers in {"week": [1], "month": [1], "late": [], "none": [], "": [1, 2]}.items():
        cards = staff.get(board(firm), {"view": "list", "due": due}).context["cards"]
        assert [card.task.number for card in cards] == numbers, due
    other = Project.objects.create(name="Another audit", client=firm.bakery)
    save = firm.url("saved_view_create", list_name="tasks")
    query = f"?view=list&due=week&at={firm.project.pk}"
    assert staff.get(save + query).status_code == 200
    answer = staff.post(save + query, {"name": "My week", "is_default": "on"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(board(firm))
    tab = next(tab for tab in answer.context["tabs"] if tab.is_current)
    assert (tab.label, tab.count, [card.task.number for card in answer.context["cards"]]) == ("My week", "1", [1])
    # It opens every project now, and all tasks are one step away.
    opened = staff.get(firm.url("project_detail", project_id=other.pk), follow=True)
    assert opened.redirect_chain and next(tab for tab in opened.context["tabs"] if tab.is_current).label == "My week"
    assert len(staff.get(board(firm), {"saved": "all"}).context["lanes"]) == 5


def test_a_card_says_how_much_of_what_is_said_is_new_to_its_reader(firm, staff, sign_in):
    comment = {"body": "Which branch?", "audience": "internal"}
    url = firm.url("comment_create", kind="task", subject_id=firm.first_task.pk)
    part = staff.post(f"{url}?part&stays=drawer", comment)
    # Written in the drawer, it stays there: the conversation comes back, ready for the next.
    assert part.status_code == 200 and "Which branch?" in part.text and "<html" not in part.text
    assert "?part&amp;stays=drawer" in part.text

    def said(browser):
        found = [card for lane in browser.get(board(firm)).context["lanes"] for card in lane.cards]
        return next((card.said.count, card.said.unread) for card in found if card.task.number == 1)

    owner = sign_in(firm.owner)
    assert said(staff) == (1, 0) and said(owner) == (1, 1)
    assert "1 unread</span>" in owner.get(board(firm)).text
    owner.get(page_of(firm, firm.first_task))
    assert said(owner) == (1, 0)

"""A client accepts what was sent: once, on any plan, and only what is new makes work and questions."""

from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone

from billing.features import F
from billing.tests.plans import exception
from clients.models import InformationRequest, Project
from tests.cast import Cast, signed_in
from workspaces.models import ScopingSession, SessionAcceptance, SessionShare, Task
from workspaces.scoping import accepting, following, shape, sharing
from workspaces.tests.test_scoping import save, stored
from workspaces.tests.test_scoping_shares import share

pytestmark = pytest.mark.django_db


def test_acceptance_makes_the_work_once_and_a_change_only_what_is_new(cast: Cast) -> None:
    ours, client, browser = cast.ours, Browser(), signed_in(cast.ours.member)
    with ours.inside():
        SessionAcceptance.objects.all().delete()
    question = {"structuring.nodes.n1.kind": "question", "structuring.nodes.n1.text": "Which warehouse?"}
    save(browser, ours, 1, **question)
    _, path = share(ours)
    with ours.inside():  # a client acts: whether the firm's plan has room is not theirs to know
        exception("request_lists", 0)
        exception("scoping_sessions", 0)
    without = client.post(f"{path}acceptance/", {"name": "Rowan Pike"})
    assert without.status_code == 422 and "Check this to accept." in without.text and "Rowan Pike" in without.text
    for name in ("Rowan Pike", "Rowan Pike again"):
        assert client.post(f"{path}acceptance/", {"name": name, "consent": "on"}).status_code == 302
    assert "Rowan Pike accepted this" in client.get(path).text
    with ours.inside():
        accepted = SessionAcceptance.objects.get()
        project = Project.objects.get(name=ours.scoping.title)
        assert (accepted.name, accepted.project, accepted.ip) == ("Rowan Pike", project, "127.0.0.1")
        assert accepted.sha256 == accepted.snapshot.sha256
        assert [(t.title, t.estimate_minutes) for t in Task.objects.filter(project=project)] == [("Interviews", 630)]
        asked = InformationRequest.objects.filter(request_list=accepted.request_list)
        assert list(asked.values_list("title", "status")) == [("Which warehouse?", "draft")]
        exception("scoping_sessions")

    save(browser, ours, stored(ours).version, **{"loe.lines.l1.likely": "20", "loe.lines.l1.high": "30"})
    form = {"version": stored(ours).version, "place": "loe.lines|l1|hours|p1", "new_id": "l2"}
    browser.post(ours.url("scoping_row_addition", scoping_id=ours.scoping.pk, part="loe"), form)
    new = {"loe.lines.l2.title": "Move the stock", "loe.lines.l2.role": "Senior", "loe.lines.l2.likely": "2"}
    save(browser, ours, stored(ours).version, **new)
    _, path = share(ours)
    order = browser.get(ours.url("scoping_snapshot", scoping_id=ours.scoping.pk, number=3)).text
    # 19.67 h × 145.00 + 2 h × 145.00 - 1,522.50
    assert "+£1,619.65" in order and "Line added" in order and "Move the stock" in order
    client.post(f"{path}acceptance/", {"name": "Rowan Pike", "consent": "on"})
    with ours.inside():
        titles = list(Task.objects.filter(project=project).order_by("number").values_list("title", flat=True))
        assert titles == ["Interviews", "Move the stock"], "What was accepted before has its task already."
        assert SessionAcceptance.objects.filter(project=project).count() == 2


def test_each_acceptance_asks_and_does_only_what_is_new(cast: Cast) -> None:
    """Questions of the first are not asked again by the third, nor one of the second forgotten; nor is any work."""
    ours, client, browser = cast.ours, Browser(), signed_in(cast.ours.member)
    with ours.inside():
        SessionAcceptance.objects.all().delete()

    def add(place: str, new_id: str, **typed: str) -> None:
        part, name = place.partition("|")[0].split(".")
        form = {"version": stored(ours).version, "place": place, "new_id": new_id}
        browser.post(ours.url("scoping_row_addition", scoping_id=ours.scoping.pk, part=part), form)
        changed = {f"{part}.{name}.{new_id}.{field}": text for field, text in typed.items()}
        save(browser, ours, stored(ours).version, **changed)

    def accept() -> SessionAcceptance:
        _, path = share(ours)
        assert client.post(f"{path}acceptance/", {"name": "Rowan Pike", "consent": "on"}).status_code == 302
        with ours.inside():
            made: SessionAcceptance = SessionAcceptance.objects.latest("snapshot__number")
            return made

    def asked(made: SessionAcceptance) -> list[str]:
        with ours.inside():
            found = InformationRequest.objects.filter(request_list=made.request_list_id).order_by("number")
            return list(found.values_list("title", flat=True)) if made.request_list_id else []

    def tasks(made: SessionAcceptance) -> list[str]:
        with ours.inside():
            found = Task.objects.filter(project=made.project_id).order_by("number")
            return list(found.values_list("title", flat=True))

    add("structuring.nodes", "q1", kind="question", text="Which warehouse?")
    first = accept()
    assert (asked(first), tasks(first)) == (["Which warehouse?"], ["Interviews"])
    add("structuring.nodes", "q2", kind="assumption", text="Bristol comes later.")
    add("loe.lines|l1|hours|p1", "l2", title="Move the stock", role="Senior", likely="2")
    second = accept()
    assert asked(second) == ["Bristol comes later."] and second.project_id == first.project_id
    add("loe.lines|l1|hours|p1", "l3", title="Train", role="Senior", likely="3")
    third = accept()
    assert (asked(third), third.request_list_id) == ([], None), "There is nothing new to ask."
    assert tasks(third) == ["Interviews", "Move the stock", "Train"]

    with ours.inside():
        Project.objects.filter(pk=first.project_id).update(deleted_at=timezone.now())
    add("loe.lines|l1|hours|p1", "l4", title="Support", role="Senior", likely="3")
    fourth = accept()
    assert fourth.project_id != first.project_id, "What is in the trash is not worked in."
    assert sorted(tasks(fourth)) == ["Interviews", "Move the stock", "Support", "Train"], "A new project has all of it."


def test_the_project_follows_a_change_of_hours_where_nobody_has_changed_it(cast: Cast) -> None:
    ours, client, browser = cast.ours, Browser(), signed_in(cast.ours.member)
    with ours.inside():
        SessionAcceptance.objects.all().delete()
    for new_id, title in (("l2", "Move the stock"), ("l3", "Train"), ("l4", "Support")):
        place = {"version": stored(ours).version, "place": "loe.lines|l1|hours|p1", "new_id": new_id}
        browser.post(ours.url("scoping_row_addition", scoping_id=ours.scoping.pk, part="loe"), place)
        typed = {"title": title, "role": "Senior", "low": "2", "likely": "2", "high": "2"}
        save(
            browser, ours, stored(ours).version, **{f"loe.lines.{new_id}.{name}": text for name, text in typed.items()}
        )

    def accept() -> str:
        _, path = share(ours)
        assert client.post(f"{path}acceptance/", {"name": "Rowan Pike", "consent": "on"}).status_code == 302
        with ours.inside():
            number = SessionAcceptance.objects.latest("snapshot__number").snapshot.number
        return browser.get(ours.url("scoping_snapshot", scoping_id=ours.scoping.pk, number=number)).text

    assert "To adjust" not in accept(), "The first makes the project."
    with ours.inside():
        project = SessionAcceptance.objects.get().project
        assert project and project.budget_hours == Decimal("16.5")
        Project.objects.filter(pk=project.pk).update(budget_hours=20)
        mine = Task.objects.filter(project=project)
        mine.filter(title="Train").update(estimate_minutes=600)
    for line in ("l1", "l2", "l3"):
        hours = {f"loe.lines.{line}.{name}": "5" for name in ("low", "likely", "high")}
        save(browser, ours, stored(ours).version, **hours)
    form = {"version": stored(ours).version, "place": "loe.lines|l4"}
    browser.post(ours.url("scoping_row_removal", scoping_id=ours.scoping.pk, part="loe"), form)
    told = accept()
    with ours.inside():
        estimates = dict(mine.values_list("title", "estimate_minutes"))
        assert estimates == {"Interviews": 300, "Move the stock": 300, "Train": 600, "Support": 120}
        project.refresh_from_db()
        assert project.budget_hours == Decimal("18.5"), "20, which the firm had put, less 16.5, and 15."
    adjust = told.partition('id="adjust-h"')[2].partition("</section>")[0]
    assert "Accepted with 5:00, before with 2:00. Its task is estimated at 10:00." in adjust
    assert "No longer part of what was accepted. Its task is open." in adjust and "Support" in adjust
    assert "Interviews" not in adjust and "Move the stock" not in adjust
    with ours.inside():
        mine.filter(title="Train").update(title="Train everybody", estimate_minutes=300)
        mine.filter(title="Support").update(status="done", done_at=timezone.now(), done_by=ours.member)
    shown = browser.get(ours.url("scoping_snapshot", scoping_id=ours.scoping.pk, number=3)).text
    assert "No task can be told to be its." in shown and "Its task is open" not in shown


def test_lines_of_one_name_are_told_apart_and_one_that_comes_back_is_work_again(cast: Cast) -> None:
    ours, client, browser = cast.ours, Browser(), signed_in(cast.ours.member)
    with ours.inside():
        SessionAcceptance.objects.all().delete()

    def add(new_id: str) -> None:
        place = {"version": stored(ours).version, "place": "loe.lines|l1|hours|p1", "new_id": new_id}
        browser.post(ours.url("scoping_row_addition", scoping_id=ours.scoping.pk, part="loe"), place)

    def accepted_with(**hours: str) -> list[int]:
        typed = {"title": "Move the stock", "role": "Senior"}
        changed = {line: typed | dict.fromkeys(("low", "likely", "high"), each) for line, each in hours.items()}
        values = {f"loe.lines.{line}.{name}": text for line, row in changed.items() for name, text in row.items()}
        save(browser, ours, stored(ours).version, **values)
        _, path = share(ours)
        assert client.post(f"{path}acceptance/", {"name": "Rowan Pike", "consent": "on"}).status_code == 302
        with ours.inside():
            found = Task.objects.filter(project__acceptances__isnull=False, title="Move the stock").distinct()
            return sorted(found.values_list("estimate_minutes", flat=True))

    add("l2")
    add("l3")
    assert accepted_with(l2="2", l3="3") == [120, 180]
    assert accepted_with(l2="3", l3="4") == [180, 240], "Each has its own task, though the names are the same."
    with ours.inside():
        number = SessionAcceptance.objects.latest("snapshot__number").snapshot.number
    page = ours.url("scoping_snapshot", scoping_id=ours.scoping.pk, number=number)
    assert "To adjust" not in browser.get(page).text
    form = {"version": stored(ours).version, "place": "loe.lines|l3"}
    browser.post(ours.url("scoping_row_removal", scoping_id=ours.scoping.pk, part="loe"), form)
    assert accepted_with(l2="3") == [180, 240]
    with ours.inside():
        Task.objects.filter(title="Move the stock").update(deleted_at=timezone.now())
    add("l3")
    assert accepted_with(l2="3", l3="6") == [360], "It was no longer part of it, and is again."


def test_what_was_sent_is_accepted_on_any_plan_and_fits_into_its_project(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    with ours.inside():
        SessionAcceptance.objects.all().delete()
    lines = [
        shape.new_row(shape.ROWS["loe"]["lines"], f"m{number}")
        | {"phase": "p1", "title": "Work", "role": "Senior", "low": "100000", "likely": "100000", "high": "100000"}
        for number in range(110)
    ]
    loe = stored(ours).loe_objects | {"lines": lines}
    with ours.inside():
        ScopingSession.objects.filter(pk=ours.scoping.pk).update(loe_objects=loe)
    _, path = share(ours)
    with ours.inside():
        exception(F.SCOPING_SESSIONS, 0)
    assert save(browser, ours, 1, **{"structuring.problem": "x"}).status_code == 403, (
        "The firm goes no further with it."
    )
    answer = Browser().post(f"{path}acceptance/", {"name": "Rowan Pike", "consent": "on"})
    assert answer.status_code == 302
    with ours.inside():
        project = SessionAcceptance.objects.get().project
        assert project and project.budget_hours == following.MOST_HOURS, "11,000,000 hours are more than fit."


def test_an_earlier_version_says_that_it_is_one_and_is_not_accepted_after_a_later(cast: Cast) -> None:
    ours, client, browser = cast.ours, Browser(), signed_in(cast.ours.member)
    with ours.inside():
        SessionAcceptance.objects.all().delete()
    _, old = share(ours)
    save(browser, ours, 1, **{"loe.lines.l1.likely": "20", "loe.lines.l1.high": "30"})
    _, new = share(ours)
    assert "There is a newer version" in client.get(old).text and "There is a newer" not in client.get(new).text
    signing = {"name": "Rowan Pike", "consent": "on"}
    with ours.inside():
        opened = SessionShare.objects.latest("created_at")
        sharing.end(opened, by=ours.member)
        with pytest.raises(accepting.NotAccepted):  # opened before it was ended
            accepting.accept(opened, "Rowan Pike", ip=None, agent="")
        SessionShare.objects.filter(pk=opened.pk).update(revoked_at=None, revoked_by=None)
    assert client.post(f"{new}acceptance/", signing).status_code == 302
    late = client.get(old).text
    assert "A later version was accepted" in late and "Accept statement of work" not in late
    assert client.post(f"{old}acceptance/", signing).status_code == 302
    with ours.inside():
        assert SessionAcceptance.objects.count() == 1
    log = browser.get(ours.url("scoping_share_log", scoping_id=ours.scoping.pk)).text
    assert "Accepted from 127.0.0.1" in log and "Rowan Pike" in log

"""What is said about a session, and what becomes of one that nobody wants any more."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from conversations.models import Notification
from tests.cast import Cast, Firm, signed_in
from workspaces.models import Binder, ScopingSession, SessionSnapshot, SessionVersion, Task
from workspaces.scoping import copying, purging, saving
from workspaces.scoping.purging import purge_session
from workspaces.tasks import changes
from workspaces.tests.test_scoping import page, save, stored
from workspaces.views import scoping_saving


def purge(firm: Firm) -> bool:
    """Whether the session in the trash is gone after its job has run, a hundred days after it was deleted."""
    pk = firm.deleted_scoping.pk
    with firm.inside():
        ScopingSession.with_deleted.filter(pk=pk).update(deleted_at=timezone.now() - timedelta(days=100))
        purge_session.function(scoping_id=str(pk))
        return not ScopingSession.with_deleted.filter(pk=pk).exists()


@pytest.mark.django_db
def test_the_firm_talks_beside_the_statement_and_whoever_answers_for_it_hears(cast: Cast) -> None:
    ours, admin = cast.ours, signed_in(cast.ours.admin)
    form = {"audience": "internal", "body": "Ten days is long.", "submission": "0197ab12-0000-7000-8000-0000000000aa"}
    place = ours.url("comment_create", kind="scoping", subject_id=ours.scoping.pk)
    assert admin.post(place, form)["location"].startswith(
        ours.url("scoping_page", scoping_id=ours.scoping.pk, part="sow")
    )
    shown = signed_in(ours.viewer).get(ours.url("scoping_page", scoping_id=ours.scoping.pk, part="sow")).text
    assert "Ten days is long." in shown
    with ours.inside():
        told = Notification.objects.filter(member=ours.member, subject_id=ours.scoping.pk)
        assert told.count() == 1, "The member who answers for the session."
        type(ours.wall).objects.create(client=ours.bakery, member=ours.viewer, reason="Related.")
    talk = ours.url("conversation_detail", kind="scoping", subject_id=ours.scoping.pk)
    assert signed_in(ours.viewer).get(talk).status_code == 404


@pytest.mark.django_db
def test_what_was_never_sent_goes_for_good_with_all_its_versions(cast: Cast) -> None:
    ours = cast.ours
    session = ours.deleted_scoping
    with ours.inside():
        SessionVersion.objects.create(session=session, number=1, title="Given up", saved_at=timezone.now())
        purge_session.function(scoping_id=str(session.pk))
        assert ScopingSession.with_deleted.filter(pk=session.pk).exists(), "Deleted today, it can still be restored."
        Binder.objects.filter(project__client=ours.bakery).update(
            legal_hold_at=timezone.now(), legal_hold_by=ours.member, legal_hold_reason="Court."
        )
    assert not purge(ours), "On hold nothing goes."
    with ours.inside():
        Binder.objects.update(legal_hold_at=None, legal_hold_by=None, legal_hold_reason="")
    assert purge(ours)
    with ours.inside():
        assert not SessionVersion.objects.filter(session=session.pk).exists()
        assert ScopingSession.objects.filter(pk=ours.scoping.pk).exists()
    browser = signed_in(ours.member)
    browser.post(ours.url("scoping_removal", scoping_id=ours.scoping.pk))
    browser.post(ours.url("scoping_removal", scoping_id=ours.scoping.pk))
    assert ProcrastinateJob.objects.filter(task_name=purge_session.task.name, status="todo").count() == 1 + 1


@pytest.mark.django_db
def test_the_number_of_one_that_is_gone_is_not_given_again(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        last = saving.create(ScopingSession(title="Given up"), by=ours.member)
        for session in (last, ours.deleted_scoping):
            ScopingSession.objects.filter(pk=session.pk).update(deleted_at=timezone.now())
        purging.sweep(timezone.now())
        assert not ScopingSession.with_deleted.filter(id__gte=ours.deleted_scoping.id).exists()
        assert saving.create(ScopingSession(title="The next one"), by=ours.member).id == last.id + 1
    with cast.theirs.inside():
        assert saving.create(ScopingSession(title="Theirs"), by=cast.theirs.member).id == last.id, "Each firm counts."


@pytest.mark.django_db
def test_what_a_client_was_sent_stays(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        SessionSnapshot.objects.create(
            session=ours.deleted_scoping, number=1, version=1, document={}, content={}, sha256="0" * 64
        )
    assert not purge(ours)
    assert "Was sent, so it stays" in signed_in(ours.member).get(ours.url("scoping_trash")).text


@pytest.mark.django_db
def test_what_is_typed_in_a_session_that_goes_into_the_trash_is_shown_and_comes_back_with_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    find = scoping_saving.visible_session

    def found_and_deleted(*args: Any) -> ScopingSession:
        session: ScopingSession = find(*args)
        copying.put_into_trash(session)
        return session

    monkeypatch.setattr(scoping_saving, "visible_session", found_and_deleted)
    typed = {"structuring.outcome": "One <stock> figure", "structuring.nodes.n1.text": "Every night"}
    told = save(browser, ours, 1, **typed)
    assert told.status_code == 404 and "not here any more" in told.json()["problem"], "Deleted before it was locked."

    form = {"version": 1, "base": "{}"} | {f"at.{path}": text for path, text in typed.items()}
    for name in ("scoping_saving", "scoping_merging", "scoping_undo"):
        answer = browser.post(page(ours, "structuring", name), form)
        assert answer.status_code == 404 and "is in the trash" in answer.text
        assert "One &lt;stock&gt; figure" in answer.text and "Text, One stock figure" in answer.text
    assert browser.post(page(ours, "structuring", "scoping_undo"), {"version": 1}).status_code == 404
    back = ours.url("scoping_restoration", deleted_scoping_id=ours.scoping.pk)
    assert browser.post(back, form | {"part": "structuring"})["location"] == page(ours)
    assert stored(ours).session_objects["outcome"] == "One <stock> figure"

    with ours.inside():
        type(ours.wall).objects.create(client=ours.bakery, member=ours.member, reason="Related.")
    browser.get(ours.url("scoping_list"))  # where the message of the restoration is read
    answer = browser.post(page(ours, "structuring", "scoping_saving"), form)
    assert (
        answer.status_code == 404 and "not here any more" in answer.text and "One &lt;stock&gt; figure" in answer.text
    )
    assert ours.scoping.title not in answer.text


@pytest.mark.django_db
def test_what_goes_away_before_it_is_held_is_not_there(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        session, task = ScopingSession.objects.get(pk=ours.scoping.pk), Task.objects.first()
        assert task is not None
        copying.put_into_trash(session)
        Task.objects.filter(pk=task.pk).update(deleted_at=timezone.now())
        with pytest.raises(Http404):
            saving.take_back(session, "loe", by=ours.member)
        with pytest.raises(Http404):
            changes.place(task, version=task.version)

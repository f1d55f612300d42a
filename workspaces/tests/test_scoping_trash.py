"""What is said about a session, and what becomes of one that nobody wants any more."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from conversations.models import Notification
from tests.cast import Cast, Firm, signed_in
from workspaces.models import Binder, ScopingSession, SessionSnapshot, SessionVersion
from workspaces.scoping.purging import purge_session


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
def test_what_a_client_was_sent_stays(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        SessionSnapshot.objects.create(
            session=ours.deleted_scoping, number=1, version=1, document={}, content={}, sha256="0" * 64
        )
    assert not purge(ours)
    assert "Was sent, so it stays" in signed_in(ours.member).get(ours.url("scoping_trash")).text

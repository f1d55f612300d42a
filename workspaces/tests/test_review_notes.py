"""Review notes: who is told, who clears them, and that their words go where a firm's policy says so. Talk beside them."""

import pytest
from django.db import IntegrityError, connection, transaction
from uuid_utils.compat import uuid7

from audit.models import AuditLog
from conversations.models import Comment, Notification
from conversations.people import Person
from conversations.posting import post
from organizations.models import Membership
from workspaces import live
from workspaces.models import Binder, ReviewNote, Workpaper
from workspaces.tests.papers import schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


@pytest.fixture
def raised(firm, sign_in):
    """A note of the admin on the first row of a member's schedule."""

    def raised() -> ReviewNote:
        made, sent = schedule(firm), {"text": "Agree this.", "anchor": "r1", "key": str(uuid7())}
        for _ in ("pressed", "and pressed again"):
            sign_in(firm.members["admin"]).post(firm.url("review_note_creation", workpaper_id=made.pk), sent)
        return ReviewNote.objects.get(workpaper=made)

    return raised


def told(member: Membership) -> list[str]:
    return list(Notification.objects.filter(member=member).order_by("id").values_list("event", flat=True))


def test_who_wrote_the_paper_hears_of_a_note_and_of_its_end_and_who_raised_it_of_the_answer(firm, raised, sign_in):
    before = told(firm.members["admin"])
    note = raised()
    for _ in ("pressed", "and pressed again"):
        sent = {"text": "Done.", "key": "01a1ff21-8544-756b-8909-2d2c5a7cad40"}
        reply = sign_in(firm.member).post(firm.url("review_note_reply", note_id=note.pk), sent)
        assert reply.status_code == 302
    sign_in(firm.members["admin"]).post(firm.url("review_note_clearing", note_id=note.pk))
    assert told(firm.member)[-2:] == ["note_raised", "note_cleared"]
    assert told(firm.members["admin"])[len(before) :] == ["note_answered"]


def test_a_note_names_its_line_as_it_is_numbered_now(firm, raised, sign_in):
    note = raised()
    page = sign_in(firm.viewer).get(firm.url("workpaper_detail", workpaper_id=note.workpaper_id)).content.decode()
    assert '<a href="#row-r1">Row 1</a>' in page


def test_the_note_of_somebody_who_has_left_is_cleared_by_who_closes_files(firm, raised, sign_in):
    note = raised()
    clear = firm.url("review_note_clearing", note_id=note.pk)
    assert sign_in(firm.members["owner"]).post(clear).status_code == 409
    Membership.objects.filter(pk=note.raised_by_id).update(status="suspended")
    assert sign_in(firm.members["owner"]).post(clear).status_code == 302
    note.refresh_from_db()
    assert note.cleared_by == firm.members["owner"]


def test_the_words_of_notes_are_kept_out_of_the_audit_trail(firm, raised):
    note = raised()
    line = AuditLog.objects.filter(resource_id=note.pk).latest("created_at")
    assert "Agree this." not in str(line.new_values)


def test_a_locked_paper_may_still_be_talked_about_and_nothing_else_of_it_changes(firm):
    made = schedule(firm)
    Workpaper.objects.filter(pk=made.pk).update(locked=True)
    made.refresh_from_db()
    post(made, by=Person.of(firm.member), audience="internal", body="For the inspection.", submission=uuid7())
    assert Comment.objects.filter(body="For the inspection.").exists()
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE workpapers SET thread_id = NULL WHERE id = %s", [made.pk])


def test_a_page_of_a_binder_may_be_followed_by_who_sees_it(cast, firm):
    assert live.may_follow(firm.viewer, firm.binder.pk)
    assert not live.may_follow(firm.viewer, cast.theirs.binder.pk)
    Binder.objects.filter(pk=firm.binder.pk).update(deleted_at="2026-01-01T00:00Z")
    assert not live.may_follow(firm.viewer, firm.binder.pk)

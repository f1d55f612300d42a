"""Closing a file: everything that is missing is named with a link; afterwards only additions with a reason."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.models import AuditLog
from clients.models import DocumentVersion
from workspaces import saving, signing
from workspaces.cited import as_kept
from workspaces.models import (
    Binder,
    CrossReference,
    JournalEntry,
    ReviewNote,
    Tickmark,
    TrialBalanceLine,
    Workpaper,
)
from workspaces.tests.papers import empty_binder, footed, paper, schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        empty_binder(cast.ours)
        JournalEntry.objects.filter(pk=cast.ours.journal_entry.pk).update(status="passed")
        yield cast.ours


@pytest.fixture
def browser(firm, sign_in):
    return sign_in(firm.owner)


def url(firm, name):
    return firm.url(name, binder_id=firm.binder.pk)


def signed(firm, reference="C-1"):
    made = schedule(firm, reference)
    for role, who in (("preparer", firm.member), ("reviewer", firm.admin), ("partner", firm.owner)):
        signing.sign(made, role, by=who, seen=made.content_hash)
    return made


def released(firm, **changes):
    Binder.objects.filter(pk=firm.binder.pk).update(report_released_on=date(2026, 3, 1), **changes)


def test_every_unmet_condition_is_listed_with_a_link(firm, browser):
    signed(firm)
    unsigned = schedule(firm, "C-3")
    ReviewNote.objects.create(workpaper=unsigned, text="Why?", raised_by=firm.admin)
    JournalEntry.objects.filter(pk=firm.journal_entry.pk).update(status="proposed")
    TrialBalanceLine.objects.create(trial_balance=firm.trial_balance, position=2, code="9000", name="New", amount=1)
    page = browser.get(url(firm, "lock_down")).content.decode()
    for words in (
        "report was released is not set",
        "gaps: C-2",
        "Not prepared, not reviewed, not signed",
        "1 review note open",
        "1 account has no lead: 9000.",
        "Neither posted nor set aside: Unpresented cheque",
    ):
        assert words in page
    assert f'href="{firm.url("journal_entry_detail", entry_id=firm.journal_entry.pk)}"' in page
    assert f'href="{url(firm, "trial_balance")}?section=#accounts"' in page
    assert f'href="{firm.url("workpaper_detail", workpaper_id=unsigned.pk)}"' in page
    answer = browser.post(url(firm, "binder_lock"))
    assert answer.status_code == 409 and not Binder.objects.get(pk=firm.binder.pk).is_locked


def test_the_list_follows_what_papers_say_and_what_marks_mean(firm, browser):
    mark = footed()
    first, second = schedule(firm, "C-1", ticks=[str(mark.pk)]), schedule(firm, "C-2")
    CrossReference.objects.create(workpaper=first, cell="r3.c2", target=second, target_cell="r3.c2")

    def said():
        page = browser.get(url(firm, "lock_down"), {"kind": "content"}).content.decode()
        return page.count("has parted"), page.count("Undefined mark")

    assert said() == said() == (0, 0)
    body = second.body | {"grid": schedule(firm, "C-3", (1, 2)).body["grid"]}
    saving.save(second, by=firm.member, revision=1, body=body)
    assert said() == (2, 0)
    Tickmark.objects.filter(pk=mark.pk).update(deleted_at="2026-01-01T00:00Z")
    assert said() == (2, 1)


def test_a_text_that_names_a_removed_paper_is_neither_signed_nor_locked(firm, browser):
    other = schedule(firm, "C-1")
    made = paper(firm, "C-2", {"work": f"As on [[paper:{other.pk}]]."}, "memo")
    words = "The text names a paper that was removed."
    assert signing.problems_of(made) == []
    assert words not in browser.get(url(firm, "lock_down")).content.decode()
    Workpaper.objects.filter(pk=other.pk).update(deleted_at=timezone.now())
    assert signing.problems_of(made) == [words]
    assert words in browser.get(url(firm, "lock_down")).content.decode()


def test_a_long_list_counts_everything_and_is_read_by_pages_and_kinds(firm, browser):
    for number in range(1, 53):
        paper(firm, f"C-{number}", {}, "memo")
    page = browser.get(url(firm, "lock_down")).content.decode()
    assert "53 conditions not met" in page and ">C-49<" in page and ">C-50<" not in page
    following = re.search(r'href="(\?after=[^"]+)"', page)
    rest = browser.get(f"{url(firm, 'lock_down')}{following[1]}").content.decode()
    assert "53 conditions not met" in rest and ">C-50<" in rest and ">C-49<" not in rest
    only = browser.get(url(firm, "lock_down"), {"kind": "binder"}).content.decode()
    assert "53 conditions not met" in only and ">C-1<" not in only and "is not set" in only


def test_a_complete_file_is_locked_and_kept_for_its_years(firm, browser):
    made = signed(firm)
    released(firm)
    reading = firm.url("workpaper_detail", workpaper_id=made.pk)
    assert "Saved today, " in browser.get(reading).content.decode()
    assert browser.post(url(firm, "binder_lock")).status_code == 302
    binder = Binder.objects.get(pk=firm.binder.pk)
    assert binder.is_locked and binder.retained_until == date(2033, 3, 1) and binder.locked_by == firm.owner
    assert Workpaper.objects.get(pk=made.pk).locked
    page = browser.get(reading).content.decode()
    assert "Content cannot change" in page and ">Edit<" not in page and "Saved today" not in page
    assert "kept to 1 Mar 2033" in page and f'href="{url(firm, "binder_roll_forward")}"' in page


def test_a_closed_file_keeps_its_marks_and_the_documents_it_was_closed_with(firm, browser):
    mark = footed()
    made = schedule(firm, "C-1", ticks=[str(mark.pk)])
    body = {**made.body, "cited": as_kept(firm.version, newest=firm.version.number)}
    made = saving.save(made, by=firm.member, revision=1, title="Closed", body=body)
    for role, who in (("preparer", firm.member), ("reviewer", firm.admin), ("partner", firm.owner)):
        signing.sign(made, role, by=who, seen=made.content_hash)
    released(firm)
    assert browser.post(url(firm, "binder_lock")).status_code == 302
    Tickmark.objects.filter(pk=mark.pk).update(meaning="Something else", deleted_at=timezone.now())
    number = firm.version.number
    DocumentVersion.objects.create(
        document=firm.document, number=number + 1, sha256="0" * 64, size=1, content_type="application/pdf",
        storage_key=f"org/{firm.organization.pk}/later", created_at=timezone.now() + timedelta(minutes=1),
    )  # fmt: skip
    page = browser.get(firm.url("workpaper_detail", workpaper_id=made.pk), {"beside": 1}).content.decode()
    assert 'aria-label="Footed"' in page and "Something else" not in page and "Undefined" not in page
    assert f"?version={number}" in page


def test_the_assembly_deadline_follows_the_rule(firm, browser):
    for days, deadline in ((60, date(2026, 4, 30)), (45, date(2026, 4, 15)), (14, date(2026, 3, 15))):
        released(firm, assembly_days=days)
        assert Binder.objects.get(pk=firm.binder.pk).assembly_deadline == deadline
    assert "15 Mar" in browser.get(url(firm, "lock_down")).content.decode()


CHANGES = (
    "workpaper_edit", "workpaper_row_addition", "workpaper_removal", "workpaper_order", "workpaper_reference",
    "workpaper_tick", "workpaper_paste", "sign_as_preparer", "review_note_creation", "cross_reference_create",
)  # fmt: skip


def test_no_page_changes_a_locked_paper(firm, browser):
    made = signed(firm)
    released(firm)
    browser.post(url(firm, "binder_lock"))
    before = Workpaper.objects.filter(pk=made.pk).values().get()
    sent = {
        "title": "X", "revision": 1, "text": "N", "reference": "C-9", "code": "a", "cell": "r1.c2", "start": "A1",
        "pasted": "1", "seen": made.content_hash,
    }  # fmt: skip
    for name in CHANGES:
        assert browser.post(firm.url(name, workpaper_id=made.pk), sent).status_code in (302, 409), name
        assert Workpaper.objects.filter(pk=made.pk).values().get() == before, name
    assert not ReviewNote.objects.filter(workpaper=made).exists()


def test_a_late_paper_says_who_when_and_why_and_is_still_reviewed(firm, browser, sign_in):
    signed(firm)
    released(firm)
    browser.post(url(firm, "binder_lock"))
    sent = {"reference": "C-2", "title": "Bank letter", "kind": "memo", "text": "It agrees."}
    assert browser.post(url(firm, "late_paper"), sent).status_code == 422
    assert browser.post(url(firm, "late_paper"), {**sent, "reason": "It came after the report."}).status_code == 302
    late = Workpaper.objects.get(reference="C-2")
    assert late.locked and late.created_by == firm.owner
    page = browser.get(url(firm, "lock_down")).content.decode()
    assert "It came after the report." in page and "Bank letter" in page
    assert "Take back" in browser.get(firm.url("workpaper_detail", workpaper_id=late.pk)).content.decode()
    closed = Workpaper.objects.get(reference="C-1")
    assert "Take back" not in browser.get(firm.url("workpaper_detail", workpaper_id=closed.pk)).content.decode()
    review = firm.url("sign_as_reviewer", workpaper_id=late.pk)
    assert sign_in(firm.admin).post(review, {"seen": late.content_hash}).status_code == 302
    assert (
        browser.post(firm.url("workpaper_edit", workpaper_id=late.pk), {"title": "Y", "revision": 1}).status_code == 302
    )
    assert Workpaper.objects.get(pk=late.pk).title == "Bank letter"


def test_notes_are_purged_where_the_rule_says_so_with_a_record(firm, browser):
    made = schedule(firm)
    note = ReviewNote.objects.create(workpaper=made, text="Why?", raised_by=firm.admin)
    ReviewNote.objects.filter(pk=note.pk).update(cleared_at="2026-01-01T00:00Z", cleared_by=firm.admin)
    for role, who in (("preparer", firm.member), ("reviewer", firm.admin), ("partner", firm.owner)):
        signing.sign(made, role, by=who, seen=made.content_hash)
    released(firm, notes_policy="purge")
    browser.post(url(firm, "binder_lock"))
    note.refresh_from_db()
    assert note.text == "" and note.purged_at and note.raised_by == firm.admin
    firm.note.refresh_from_db()
    assert firm.note.text == "" and firm.note.purged_at, "its paper was taken out of the index"
    assert AuditLog.objects.get(action="purge").new_values["review_notes"] == 2


def test_a_hold_keeps_the_words_that_the_rule_would_remove_with_a_record(firm, browser):
    ReviewNote.objects.filter(pk=firm.note.pk).update(cleared_at="2026-01-01T00:00Z", cleared_by=firm.admin)
    signed(firm)
    released(firm, notes_policy="purge")
    browser.post(url(firm, "binder_hold"), {"hold-reason": "Suit"})
    assert "it keeps the words" in browser.get(url(firm, "lock_down")).content.decode()
    assert browser.post(url(firm, "binder_lock")).status_code == 302
    words = firm.note.text
    firm.note.refresh_from_db()
    assert firm.note.text == words and firm.note.purged_at is None
    record = AuditLog.objects.get(action="keep")
    assert record.new_values == {"review_notes": 1, "by": firm.owner.display_name, "why": "legal hold"}


def test_a_member_does_not_close_files(firm, sign_in):
    assert sign_in(firm.member).post(url(firm, "binder_lock")).status_code == 403


def test_a_hold_needs_a_reason(firm, browser):
    assert browser.post(url(firm, "binder_hold"), {"hold-reason": ""}).status_code == 422
    assert browser.post(url(firm, "binder_hold"), {"hold-reason": "Suit"}).status_code == 302
    assert Binder.objects.get(pk=firm.binder.pk).is_on_hold
    made = schedule(firm)
    browser.post(firm.url("workpaper_removal", workpaper_id=made.pk))
    assert Workpaper.objects.filter(pk=made.pk).exists()
    tie = CrossReference.objects.create(workpaper=made, cell="r1.c2", target=made, target_cell="r3.c2")
    taking = firm.url("cross_reference_removal", cross_reference_id=tie.pk)
    assert "on legal hold: its cross-references stay" in browser.post(taking, follow=True).content.decode()
    assert CrossReference.objects.filter(pk=tie.pk).exists()
    browser.post(url(firm, "binder_hold_release"))
    assert "Cross-reference removed" in browser.post(taking, follow=True).content.decode()
    assert not Binder.objects.get(pk=firm.binder.pk).is_on_hold


def test_the_index_of_a_binder_is_the_firms_own(firm, browser):
    schedule(firm)
    sent = {
        "period_end": "2025-12-31",
        "assembly_days": "45",
        "retention_years": "10",
        "notes_policy": "keep",
        "seen": "",
    }
    page = browser.post(url(firm, "binder_settings"), {**sent, "index": "A Planning"}).content.decode()
    assert "There are papers in C" in page

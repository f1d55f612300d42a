"""Adjustments balance, reach the leads when they are posted, and are reversed instead of changed."""

import pytest
from django.utils import timezone

from accounts.models import User
from tenancy.context import IDENTITY, surface
from workspaces import leads
from workspaces.backfills import EntryDates, Reversals
from workspaces.models import Binder, JournalEntry, JournalEntryLine
from workspaces.tests.papers import empty_binder

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        empty_binder(cast.ours)
        yield cast.ours


@pytest.fixture
def browser(firm, sign_in):
    return sign_in(firm.member)


def typed(*lines, **fields):
    """What the form sends: (code, name, debit, credit) for each line."""
    columns = dict(zip(("code", "name", "debit", "credit"), zip(*lines, strict=True), strict=True)) if lines else {}
    sent = {f"line-{name}": list(values) for name, values in columns.items()}
    return {"description": "Cut-off", "entry_date": "2025-12-31", **sent, **fields}


GOOD = (("1000", "", "", "50.25"), ("7000", "Bank charges", "50.25", ""), ("", "", "", ""))


def new(firm, browser, *lines, **fields):
    return browser.post(firm.url("journal_entry_create", binder_id=firm.binder.pk), typed(*(lines or GOOD), **fields))


def made(firm, browser):
    assert new(firm, browser).status_code == 302
    return JournalEntry.objects.get(description="Cut-off")


def act(firm, browser, name, entry):
    return browser.post(firm.url(f"journal_entry_{name}", entry_id=entry.pk))


def status(entry):
    return JournalEntry.objects.get(pk=entry.pk).status


def on_the_lead(firm):
    return [account.adjusted for account in leads.accounts(firm.binder, "B")]


def test_an_entry_is_proposed_with_the_next_number(firm, browser):
    entry = made(firm, browser)
    assert (entry.number, entry.status, entry.created_by) == (2, "proposed", firm.member)
    lines = list(entry.lines.order_by("position").values_list("code", "name", "amount"))
    assert lines == [("1000", "Bank", -5025), ("7000", "Bank charges", 5025)]
    assert on_the_lead(firm) == [0]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((("1000", "", "", "50.25"), ("7000", "New", "50.26", "")), "Debits are more by 0.01."),
        ((("1000", "", "5", ""),), "at least two lines"),
        ((("1000", "", "5", "5"), ("1000", "", "5", "")), "either a debit or a credit"),
        ((("1000", "", "", ""), ("1000", "", "5", "")), "either a debit or a credit"),
        ((("1000", "", "-5", ""), ("1000", "", "5", "")), "on the other side"),
        ((("1000", "", "five", ""), ("1000", "", "", "5")), "“five” is no figure"),
        ((("9999", "", "5", ""), ("1000", "", "", "5")), "9999 is not in the trial balance"),
        ((("", "Bank", "5", ""), ("1000", "", "", "5")), "Write the account’s code"),
        ((("1000", "Ba\u202enk", "5", ""), ("1000", "", "", "5")), "invalid-feedback"),
    ],
    ids=[
        "unbalanced",
        "one-line",
        "both-sides",
        "no-side",
        "negative",
        "words",
        "unknown",
        "no-code",
        "hidden-letters",
    ],
)
def test_a_wrong_entry_is_refused_and_nothing_typed_is_lost(firm, browser, lines, said):
    answer = new(firm, browser, *lines, description="Written once")
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "Written once" in page and lines[0][0] in page
    assert not JournalEntry.objects.filter(description="Written once").exists()


def test_words_alone_make_no_reversal(firm, browser):
    entry = made(firm, browser)
    act(firm, browser, "posting", entry)
    assert new(firm, browser, description=f"Reversal of {entry}").status_code == 302
    act(firm, browser, "reversal", entry)
    assert JournalEntry.objects.get(reverses=entry).status == "posted" and on_the_lead(firm) == [0]


@pytest.mark.parametrize("day", ["", "2024-12-31", "2026-01-01", "soon"])
def test_an_entry_has_a_day_of_its_period(firm, browser, day):
    answer = new(firm, browser, entry_date=day)
    assert answer.status_code == 422 and "entry_date" in answer.context["form"].errors
    assert not JournalEntry.objects.filter(description="Cut-off").exists()


def test_entries_older_than_their_columns_get_a_day_and_what_they_reverse(firm):
    entries = [
        JournalEntry.objects.create(binder=firm.binder, number=number, description=words)
        for number, words in [
            (2, "Cut-off"),
            (3, "Reversal of AJE 2"),
            (4, "Reversal of AJE 9"),
            (5, "Reversal of AJE 5"),
        ]
    ]
    for backfill in (EntryDates(), Reversals()):
        backfill.fill(JournalEntry.objects.filter(pk__in=backfill.rows()))
    stored = JournalEntry.objects.filter(pk__in=[entry.pk for entry in entries]).order_by("number")
    assert [entry.reverses_id for entry in stored] == [None, entries[0].pk, None, None]
    assert {entry.entry_date for entry in stored} == {firm.binder.period_end}


def test_more_lines_keep_what_is_typed(firm, browser):
    page = new(firm, browser, more="1").content.decode()
    assert page.count('name="line-code"') == 8 and "Bank charges" in page
    assert not JournalEntry.objects.filter(description="Cut-off").exists()


def test_sending_the_form_twice_makes_one_entry(firm, browser):
    key = "01990000-0000-7000-8000-000000000001"
    assert new(firm, browser, key=key).status_code == new(firm, browser, key=key).status_code == 302
    assert JournalEntry.objects.filter(description="Cut-off").count() == 1


def test_a_posted_entry_reaches_the_lead_and_is_only_reversed(firm, browser):
    entry = made(firm, browser)
    act(firm, browser, "posting", entry)
    assert status(entry) == "posted" and on_the_lead(firm) == [-5025]
    edit = firm.url("journal_entry_update", entry_id=entry.pk)
    assert browser.get(edit).status_code == 302 and browser.post(edit, typed(*GOOD)).status_code == 302
    act(firm, browser, "passing", entry)
    assert status(entry) == "posted"
    act(firm, browser, "reversal", entry)
    act(firm, browser, "reversal", entry)
    reversal = JournalEntry.objects.get(reverses=entry)
    act(firm, browser, "reversal", reversal)
    assert not JournalEntry.objects.filter(reverses=reversal).exists()
    assert reversal.status == "posted" and sorted(line.amount for line in reversal.lines.all()) == [-5025, 5025]
    assert on_the_lead(firm) == [0]
    assert "This entry is reversed" in browser.get(firm.url("journal_entry_detail", entry_id=entry.pk)).content.decode()


def test_a_proposed_entry_is_corrected(firm, browser):
    entry = made(firm, browser)
    edit = firm.url("journal_entry_update", entry_id=entry.pk)
    seen = browser.get(edit).content.decode().split('name="seen" value="')[1].split('"')[0]
    lines = (("1000", "", "1", ""), ("7000", "Bank charges", "", "1"))
    assert browser.post(edit, typed(*lines, seen="older")).status_code == 409
    assert browser.post(edit, typed(*lines, seen=seen)).status_code == 302
    assert sorted(entry.lines.values_list("amount", flat=True)) == [-100, 100]


def test_an_entry_that_does_not_balance_is_not_posted(firm, browser):
    act(firm, browser, "posting", firm.journal_entry)
    assert status(firm.journal_entry) == "proposed"


def test_an_entry_the_client_does_not_post_stays_out(firm, browser):
    entry = made(firm, browser)
    act(firm, browser, "passing", entry)
    assert status(entry) == "passed" and on_the_lead(firm) == [0]


def test_a_locked_file_takes_no_entry_and_changes_none(firm, browser):
    entry = made(firm, browser)
    now = timezone.now()
    Binder.objects.filter(pk=firm.binder.pk).update(
        locked_at=now, locked_by=firm.owner, retained_until=now.date(), report_released_on=now.date()
    )
    before = JournalEntryLine.objects.count()
    assert new(firm, browser, description="Late").status_code == 302
    for name in ("posting", "passing", "reversal", "update"):
        assert act(firm, browser, name, entry).status_code == 302
    assert status(entry) == "proposed" and JournalEntryLine.objects.count() == before
    page = browser.get(firm.url("journal_entry_detail", entry_id=entry.pk)).content.decode()
    assert "Post the entry" not in page


def test_the_list_shows_both_sides_and_a_viewer_only_reads(firm, sign_in):
    made(firm, sign_in(firm.member))
    viewer = sign_in(firm.viewer)
    page = viewer.get(firm.url("journal_entry_list", binder_id=firm.binder.pk)).content.decode()
    assert page.count("50.25") == 2 and "New entry" not in page
    assert viewer.get(firm.url("journal_entry_create", binder_id=firm.binder.pk)).status_code == 403


def test_figures_are_typed_and_shown_as_the_persons_locale_writes_them(firm, browser):
    with surface(IDENTITY):
        User.objects.filter(pk=firm.member.user_id).update(locale="de")
    lines = (("1000", "", "", "1.284,50"), ("7000", "Bank charges", "1.284,50", ""))
    assert new(firm, browser, *lines).status_code == 302
    entry = JournalEntry.objects.get(description="Cut-off")
    assert entry.lines.latest("amount").amount == 128450
    page = browser.get(firm.url("journal_entry_update", entry_id=entry.pk)).content.decode()
    assert "1.284,50" in page and "1,284.50" not in page
    refused = new(firm, browser, ("1000", "", "", "12.50"), ("7000", "", "12.50", ""))
    assert refused.status_code == 422 and "Write it like 1.284,50" in refused.content.decode()

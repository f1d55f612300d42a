"""A trial balance comes into a binder whole or not at all."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from workspaces import leads
from workspaces.models import AccountMapping, Binder, TrialBalance, TrialBalanceLine, Workpaper
from workspaces.tests.papers import empty_binder

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
GOOD = b"Code,Name,Debit,Credit\n1000,Bank,500.25,\n2000,Loan,,500.25\n"


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        empty_binder(cast.ours)
        yield cast.ours


@pytest.fixture
def browser(firm, sign_in):
    return sign_in(firm.member)


def url(firm, name):
    return firm.url(name, binder_id=firm.binder.pk)


def send(firm, browser, raw, kind="current"):
    file = SimpleUploadedFile("ledger.csv", raw)
    return browser.post(url(firm, "trial_balance_import"), {"file": file, "kind": kind, "as_of": "2025-12-31"})


def preview(firm, browser, raw, **which):
    answer = send(firm, browser, raw, **which)
    assert answer.status_code == 302, answer.content.decode()
    return browser.get(answer["Location"]).content.decode()


def run(firm, browser, raw, **which):
    page = preview(firm, browser, raw, **which)
    form = (
        page.split(url(firm, "trial_balance_run"))[1].split("</form>")[0]
        if url(firm, "trial_balance_run") in page
        else page
    )
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return browser.post(url(firm, "trial_balance_run"), sent)


def stored(firm, kind="current"):
    lines = TrialBalanceLine.objects.filter(trial_balance__binder=firm.binder, trial_balance__kind=kind)
    return list(lines.order_by("position").values_list("code", "amount"))


def test_the_preview_shows_columns_and_totals_and_writes_nothing(firm, browser):
    before = stored(firm)
    page = preview(firm, browser, (DATA / "trial-balance-simple.csv").read_bytes())
    assert page.count("140,300.00") == 2 and "Import 20 accounts" in page and stored(firm) == before


def test_a_balanced_file_takes_the_place_of_the_one_before(firm, browser):
    assert run(firm, browser, GOOD).status_code == 302
    assert stored(firm) == [("1000", 50025), ("2000", -50025)]
    balance = TrialBalance.objects.get(binder=firm.binder, kind="current")
    assert (
        balance.source_name == "ledger.csv" and len(balance.source_sha256) == 64 and balance.created_by == firm.member
    )
    lead = Workpaper.objects.get(binder=firm.binder, kind="lead", section="B")
    assert lead.body["grid"]["rows"][0]["cells"]["ledger"]["amount"] == 50025


def test_an_unbalanced_file_is_refused_with_the_exact_difference(firm, browser):
    before = stored(firm)
    bad = GOOD.replace(b",,500.25", b",,500.26")
    page = preview(firm, browser, bad)
    assert "Credits are more by 0.01" in page and "Import 2 accounts" not in page
    answer = run(firm, browser, bad)
    assert answer.status_code == 422 and "Credits are more by 0.01" in answer.content.decode()
    assert stored(firm) == before


def test_a_row_that_cannot_be_read_keeps_the_file_out(firm, browser):
    before = stored(firm)
    answer = run(firm, browser, GOOD + b"3000,Till,some,\n")
    assert answer.status_code == 422 and "“some” is no figure" in answer.content.decode()
    assert stored(firm) == before


def test_last_year_stands_beside_this_year(firm, browser):
    run(firm, browser, GOOD)
    run(firm, browser, GOOD.replace(b"500.25", b"400"), kind="prior")
    assert [(a.ledger, a.before) for a in leads.accounts(firm.binder, "B")] == [(50025, 40000)]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 no book", "cannot be opened"),
        (b"\x00\x01", "not a text file"),
        (b"%PDF-1.7\n1 0 obj", "This is a PDF"),
        (b"Code,Name\n", "no rows"),
    ],
    ids=["empty", "broken-workbook", "binary", "pdf", "headings-only"],
)
def test_what_is_no_table_is_refused_beside_the_field(firm, browser, raw, said):
    answer = send(firm, browser, raw)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_columns_that_cannot_be_guessed_are_asked_for(firm, browser):
    page = preview(firm, browser, b"Konto,Soll,Haben\n1000,5,\n2000,,5\n")
    assert "Choose the column with the accounts" in page and "Choose the columns for debit and credit" in page


@pytest.mark.parametrize("state", ["locked_at", "legal_hold_at"])
def test_a_closed_file_takes_no_ledger(firm, browser, state):
    answer = send(firm, browser, GOOD)
    close(firm, state)
    before = stored(firm)
    assert send(firm, browser, GOOD).status_code == 302
    assert browser.get(answer["Location"]).status_code == 302
    token = answer["Location"].split("file=")[1].split("&")[0]
    sent = {"file": token, "kind": "current", "as_of": "2025-12-31", "code": "0", "debit": "2", "credit": "3"}
    assert browser.post(url(firm, "trial_balance_run"), sent).status_code == 302
    assert browser.post(url(firm, "account_mapping_saving"), {"code": "1000", "section": "C"}).status_code == 302
    assert stored(firm) == before and AccountMapping.objects.get(code="1000").section == "B"


def close(firm, state):
    now = timezone.now()
    changes = {"legal_hold_at": now, "legal_hold_by": firm.owner, "legal_hold_reason": "Suit"}
    if state == "locked_at":
        changes = {
            "locked_at": now,
            "locked_by": firm.owner,
            "retained_until": now.date(),
            "report_released_on": now.date(),
        }
    Binder.objects.filter(pk=firm.binder.pk).update(**changes)


def test_a_viewer_reads_the_ledger_and_imports_none(firm, sign_in):
    viewer = sign_in(firm.viewer)
    assert viewer.get(url(firm, "trial_balance")).status_code == 200
    assert viewer.get(url(firm, "trial_balance_import")).status_code == 403


def test_a_large_ledger_comes_in_with_few_statements(firm, browser, django_assert_max_num_queries):
    rows = [f"{10000 + at},Account {at},{'5.01,' if at % 2 else ',5.01'}" for at in range(2000)]
    with django_assert_max_num_queries(90):
        assert run(firm, browser, "\n".join(["Code,Name,Debit,Credit", *rows]).encode()).status_code == 302
    assert TrialBalanceLine.objects.filter(trial_balance__binder=firm.binder).count() == 2000
    assert "2000" in browser.get(url(firm, "trial_balance")).content.decode()

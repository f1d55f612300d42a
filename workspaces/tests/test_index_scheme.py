"""A firm types the index that its new binders start with."""

import pytest

from organizations.models import Organization
from workspaces import index_schemes
from workspaces.models import Binder

pytestmark = pytest.mark.django_db
TYPED = "a planning and risk\n\nKA: Kasse und Bank\nZ Completion"


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


def save(firm, browser, text, **fields):
    seen = index_schemes.typed(index_schemes.of_firm(Organization.objects.get()))
    return browser.post(firm.url("index_scheme"), {"index": text, "seen": seen, **fields})


def own():
    return [
        (section["letter"], section["title"]) for section in Organization.objects.get().settings.get("index_scheme", [])
    ]


def test_new_binders_start_with_the_firms_index_and_others_keep_theirs(firm, sign_in):
    browser = sign_in(firm.owner)
    Organization.objects.update(settings={"separated_duties": ["kept"]})
    assert save(firm, browser, TYPED).status_code == 302
    assert own() == [("A", "planning and risk"), ("KA", "Kasse und Bank"), ("Z", "Completion")]
    assert Organization.objects.get().settings["separated_duties"] == ["kept"]
    sent = {
        "project": firm.project.pk, "period_end": "2027-12-31", "currency": "GBP", "assembly_days": 60, "retention_years": 7
    }  # fmt: skip
    assert browser.post(firm.url("binder_create"), sent).status_code == 302
    made = Binder.objects.get(period_end="2027-12-31")
    assert list(made.section_titles) == ["A", "KA", "Z"] and "B" in Binder.objects.get(pk=firm.binder.pk).section_titles
    assert browser.post(firm.url("index_scheme_reset")).status_code == 302 and own() == []
    assert "separated_duties" in Organization.objects.get().settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "This field is required"),
        ("A Planning\nBank", "Line 2 is not a letter and a title: “Bank”"),
        ("A Planning\na Again", "A is there twice"),
        ("1 Cash", "Line 1 is not"),
        ("A Pla\u202enning", "hidden"),
        ("\n".join(f"{a}{b} Title" for a in "ABC" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "up to 60"),
    ],
    ids=["empty", "no-letter", "twice", "digit", "hidden", "many"],
)
def test_an_index_that_cannot_be_read_is_refused_beside_its_field(firm, sign_in, text, said):
    answer = save(firm, sign_in(firm.owner), text)
    assert answer.status_code == 422 and said in answer.content.decode() and own() == []
    assert not text or text.splitlines()[0] in answer.content.decode()


def test_it_is_looked_at_before_it_is_saved(firm, sign_in):
    page = save(firm, sign_in(firm.owner), TYPED, preview="1").content.decode()
    assert "not saved yet" in page and "Kasse und Bank" in page.split("</form>")[-1] and own() == []


def test_a_second_window_does_not_write_over_the_first(firm, sign_in):
    browser = sign_in(firm.owner)
    save(firm, browser, "A First")
    answer = browser.post(firm.url("index_scheme"), {"index": "A Second", "seen": "A Older"})
    assert answer.status_code == 409 and own() == [("A", "First")]


def test_only_who_manages_the_firm_may(firm, sign_in):
    browser = sign_in(firm.member)
    assert browser.get(firm.url("index_scheme")).status_code == 403
    assert browser.post(firm.url("index_scheme_reset")).status_code == 403

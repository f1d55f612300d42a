import pytest

from tests.cast import Firm
from workspaces.models import CrossReference, Workpaper
from workspaces.numbering import gaps, next_free, parts_of, sort_key
from workspaces.renumbering import RenumberingRefused, renumber, reorder
from workspaces.tests.papers import empty_binder, schedule

pytestmark = pytest.mark.django_db


def test_references_sort_as_people_read_them():
    names = ["AA-1", "A-10", "Z-1", "A-2", "A-2.10", "A", "A-2.9"]
    assert sorted(names, key=lambda name: sort_key(*parts_of(name))) == [
        "A", "A-2", "A-2.9", "A-2.10", "A-10", "Z-1", "AA-1",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "1", "A-0", "A-01", "ABCD-1", "A-1.", "A-1-2", "A-99999"])
def test_what_is_no_reference_is_told(text):
    assert parts_of(text) is None


def test_gaps_are_listed_at_every_level():
    assert gaps(["A-1", "A-3", "A-3.2", "B-2"]) == ["A-2", "A-3.1", "B-1"]
    assert next_free("A", (3,), ["A-1", "A-3", "A-3.2"]) == (3, 3)


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        empty_binder(cast.ours)
        yield cast.ours


def index(firm: Firm) -> list[tuple[str, str]]:
    return list(Workpaper.objects.filter(binder=firm.binder).in_order().values_list("reference", "title"))


def test_a_renumbered_paper_takes_those_below_along_and_keeps_its_ties(firm):
    papers = {name: schedule(firm, name) for name in ("C-1", "C-1.1", "C-2")}
    CrossReference.objects.create(workpaper=papers["C-2"], cell="r3.c2", target=papers["C-1.1"], target_cell="r3.c2")
    renumber(papers["C-1"], "d-5")
    assert index(firm) == [("C-2", "Paper C-2"), ("D-5", "Paper C-1"), ("D-5.1", "Paper C-1.1")]
    assert CrossReference.objects.get(workpaper=papers["C-2"]).target.reference == "D-5.1"
    assert Workpaper.objects.get(reference="D-5.1").parent.reference == "D-5"


def test_a_taken_reference_is_refused_and_nothing_moves(firm):
    first, _ = schedule(firm, "C-1"), schedule(firm, "C-2")
    with pytest.raises(RenumberingRefused, match="C-2 is another paper"):
        renumber(first, "C-2")
    assert [reference for reference, _ in index(firm)] == ["C-1", "C-2"]


def test_a_level_is_put_in_order_and_its_gaps_stay(firm):
    papers = {name: schedule(firm, name) for name in ("C-1", "C-2", "C-2.1", "C-4")}
    reorder(papers["C-4"], before=papers["C-1"])
    assert index(firm) == [
        ("C-1", "Paper C-4"), ("C-2", "Paper C-1"), ("C-4", "Paper C-2"), ("C-4.1", "Paper C-2.1"),
    ]  # fmt: skip


def test_the_page_renumbers_and_refuses(cast, sign_in, firm):
    paper = schedule(firm, "C-1")
    schedule(firm, "C-3")
    browser, url = sign_in(firm.member), firm.url("workpaper_reference", workpaper_id=paper.pk)
    assert "C-3 is another paper" in browser.post(url, {"reference": "C-3"}).content.decode()
    assert browser.post(url, {"reference": "C-2"}).status_code == 302
    page = browser.get(firm.url("binder_detail", binder_id=firm.binder.pk)).content.decode()
    assert "The index has gaps" in page and "C-2" in page

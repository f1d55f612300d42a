"""Cells from a spreadsheet: they fill what is there, add the rows that are missing, and lose nothing that was typed."""

import pytest

from workspaces.models import Workpaper
from workspaces.tests.papers import schedule, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


@pytest.fixture
def paste(firm, sign_in):
    def paste(made: Workpaper, cells: str, start: str = "A1", **fields: str):
        sent = typed(made, pasted=cells, start=start, **fields)
        return sign_in(firm.member).post(firm.url("workpaper_paste", workpaper_id=made.pk), sent)

    return paste


def rows(made: Workpaper) -> list[dict]:
    return Workpaper.objects.get(pk=made.pk).body["grid"]["rows"]


def test_cells_fill_the_table_and_missing_rows_come_above_the_total_which_sums_them(firm, paste):
    made = schedule(firm)
    answer = paste(made, 'Flour\t1,200.50\r\n"Salt, ""fine"""\t(20)\r\nYeast\t3\r\n')
    assert answer.status_code == 302
    found = rows(made)
    assert [row["cells"]["c1"]["text"] for row in found] == ["Flour", 'Salt, "fine"', "Yeast", "Total"]
    assert [row["cells"]["c2"].get("amount") for row in found] == [120050, -2000, 300, None]
    assert found[-1]["cells"]["c2"]["formula"] == f"=SUM({{r1.c2}}:{{{found[-2]['id']}.c2}})"


def test_a_figure_that_is_none_is_told_beside_its_field_and_everything_stays_in_the_form(firm, paste):
    made = schedule(firm)
    page = paste(made, "Flour\ttwelve\nSalt\t5", work="Typed before the paste.")
    assert page.status_code == 422
    words = page.content.decode()
    assert "“twelve” is no figure" in words
    assert "Typed before the paste." in words
    assert 'value="Salt"' in words


@pytest.mark.parametrize(
    ("cells", "start", "sentence"),
    [("", "A1", "Paste the cells"), ("1\t2\t3", "A1", "beyond column B"), ("1", "Q77", "such as A1")],
)
def test_what_cannot_be_pasted_is_refused_in_words(firm, paste, cells, start, sentence):
    page = paste(schedule(firm), cells, start, title="Renamed meanwhile")
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert "Renamed meanwhile" in page.content.decode()


def test_going_back_to_an_earlier_version_takes_a_paste_away_and_keeps_both(firm, paste, sign_in):
    made = schedule(firm)
    paste(made, "Flour\t5")
    before = Workpaper.objects.get(pk=made.pk).version - 1
    sign_in(firm.member).post(firm.url("workpaper_restoration", workpaper_id=made.pk, number=before))
    assert rows(made)[0]["cells"]["c1"]["text"] == "Line 1"
    assert Workpaper.objects.get(pk=made.pk).versions.count() == before + 2


def test_a_row_added_above_a_total_is_summed_by_it(firm, sign_in):
    made = schedule(firm)
    sign_in(firm.member).post(firm.url("workpaper_row_addition", workpaper_id=made.pk), typed(made))
    *_, fresh, total = rows(made)
    assert total["cells"]["c2"]["formula"] == f"=SUM({{r1.c2}}:{{{fresh['id']}.c2}})"

"""Writing a paper: nothing typed is lost, nobody is overwritten."""

import pytest

from workspaces.models import Workpaper, WorkpaperVersion
from workspaces.tests.papers import footed, paper, schedule, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


@pytest.fixture
def browser(firm, sign_in):
    return sign_in(firm.member)


def url(firm, made, name="workpaper_edit"):
    return firm.url(name, workpaper_id=made.pk)


def test_what_is_typed_is_kept_computed_and_shown(firm, browser):
    made, mark = schedule(firm), footed()
    answer = browser.post(
        url(firm, made),
        typed(made, **{"cell-r1-c2": "(1,000.10)", "ticks-r3-c2": "F", "work": "Done [[tick f]]"}),
        follow=True,
    )
    page = answer.content.decode()
    assert "(1,000.10)" in page and "(799.60)" in page and "m-footed" in page
    stored = Workpaper.objects.get(pk=made.pk)
    assert stored.body["grid"]["rows"][2]["cells"]["c2"]["ticks"] == [str(mark.pk)]
    assert stored.body["work"] == f"Done [[tick:{mark.pk}]]"


def test_a_wrong_figure_is_told_beside_its_field_and_stays(firm, browser):
    made = schedule(firm)
    answer = browser.post(url(firm, made), typed(made, **{"cell-r1-c2": "twelve"}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="twelve"' in page and "is no figure" in page and "cell-r1-c2-error" in page


def test_it_saves_itself_and_tells_the_next_revision(firm, browser):
    made = schedule(firm)
    answer = browser.post(url(firm, made), typed(made, **{"cell-r1-c2": "1"}), headers={"accept": "application/json"})
    assert answer.json()["revision"] == 2 and answer.json()["figures"] == {"cell-r3-c2": "201.50"}
    again = typed(made, revision="2", **{"cell-r1-c2": "2"})
    assert browser.post(url(firm, made), again, headers={"accept": "application/json"}).json()["revision"] == 3
    assert WorkpaperVersion.objects.filter(workpaper=made).count() == 1, "one sitting is one version"


def test_of_two_who_save_the_second_chooses_and_loses_nothing(firm, browser, sign_in):
    made = schedule(firm)
    sign_in(firm.admin).post(url(firm, made), typed(made, work="Theirs"))
    mine = typed(made, work="Mine")
    answer = browser.post(url(firm, made), mine, headers={"accept": "application/json"})
    assert answer.status_code == 409 and answer.json()["conflict"]
    answer = browser.post(url(firm, made), mine)
    page = answer.content.decode()
    assert answer.status_code == 409 and "<del>Mine</del>" in page and "<ins>Theirs</ins>" in page
    assert browser.post(url(firm, made), {**mine, "revision": "2"}).status_code == 302
    said = WorkpaperVersion.objects.filter(workpaper=made).order_by("number").values_list("body__work", flat=True)
    assert list(said) == [None, "Theirs", "Mine"]


def test_a_new_row_keeps_what_was_typed_and_the_total_takes_it_in(firm, browser):
    made = schedule(firm)
    browser.post(url(firm, made, "workpaper_row_addition"), typed(made, **{"place": "r2", "cell-r1-c2": "7"}))
    stored = Workpaper.objects.get(pk=made.pk)
    first, fresh, *others = [row["id"] for row in stored.body["grid"]["rows"]]
    assert [first, *others] == ["r1", "r2", "r3"] and fresh not in (first, *others)
    page = browser.get(url(firm, made)).content.decode()
    assert "=SUM(B1:B3)" in page and 'value="7"' in page


def test_a_mark_is_placed_and_taken_away(firm, browser):
    made, mark = schedule(firm), footed()
    ticking = url(firm, made, "workpaper_tick")
    for revision, ticks in ((1, [str(mark.pk)]), (2, None)):
        browser.post(ticking, {"cell": "r3.c2", "code": "f", "revision": revision})
        stored = Workpaper.objects.get(pk=made.pk)
        assert stored.body["grid"]["rows"][2]["cells"]["c2"].get("ticks") == ticks
    assert browser.post(ticking, {"cell": "r3.c2", "code": "f", "revision": 1}).status_code == 409
    assert browser.post(ticking, {"cell": "r9.c2", "code": "f", "revision": 3}).status_code == 422
    said = browser.post(
        ticking, {"cell": "r3.c2", "code": "f", "revision": 3}, headers={"accept": "application/json"}
    ).json()
    assert said == {"revision": 4, "said": "Footed: placed"}


def test_text_is_sanitised_and_names_papers_by_id(firm, browser):
    other = schedule(firm, "C-2")
    made = paper(firm, "C-1", {}, "memo")
    text = "<script>alert(1)</script> **bold** [[C-2]] [x](javascript:alert(1)) ![p](http://e.example/p.png)"
    page = browser.post(
        url(firm, made), {"title": "Memo", "revision": 1, "purpose": text}, follow=True
    ).content.decode()
    sheet = page[page.index('id="sheet"') :]
    assert "<script" not in sheet and 'href="javascript' not in sheet and "<img" not in sheet
    assert "<strong>bold</strong>" in sheet and f"/papers/{other.pk}/" in sheet
    assert f"[[paper:{other.pk}]]" in Workpaper.objects.get(pk=made.pk).body["purpose"]


def test_a_schedule_cannot_be_tied_to_a_paper_of_another_binder(firm, browser, cast):
    made = schedule(firm)
    page = browser.get(f"{url(firm, made, 'cross_reference_create')}?to=B-2").content.decode()
    assert "Figure on B-2" in page
    browser.post(url(firm, made, "cross_reference_create"), {"to": "B-2", "cell": "r3.c2", "target_cell": "r1.c2"})
    assert made.references_out.get().target.reference == "B-2"


def test_steps_of_a_checklist_are_moved_removed_and_never_kept_empty(firm, browser):
    body = {"items": [{"id": f"i{n}", "text": f"Step {n}", "answer": "", "note": ""} for n in (1, 2)]}
    made = paper(firm, "A-5", body, "checklist")

    def press(name: str, place: str = "", **typed: str) -> list[str]:
        stored = Workpaper.objects.get(pk=made.pk)
        ids = [item["id"] for item in stored.body["items"]]
        sent = {f"item-{item['id']}-text": item["text"] for item in stored.body["items"]} | typed
        fields = {"title": "Steps", "revision": stored.revision, "item": [*ids, "i9"], "place": place, **sent}
        assert browser.post(url(firm, made, f"workpaper_item_{name}"), fields).status_code == 302
        return [item["text"] for item in Workpaper.objects.get(pk=made.pk).body["items"]]

    assert press("addition") == ["Step 1", "Step 2"]
    assert press("addition", **{"item-i9-text": "Step 3"}) == ["Step 1", "Step 2", "Step 3"]
    assert press("raising", "i9") == ["Step 1", "Step 3", "Step 2"]
    assert press("lowering", "i1") == ["Step 3", "Step 1", "Step 2"]
    assert press("raising", "i9") == press("lowering", "i2") == ["Step 3", "Step 1", "Step 2"]
    assert press("removal", "i1", **{"item-i2-text": "Typed before the button"}) == [
        "Step 3",
        "Typed before the button",
    ]
    assert "Next step" in browser.get(url(firm, made)).content.decode()


def test_a_text_is_read_before_it_is_saved(firm, browser):
    made, mark = paper(firm, "A-6", {"purpose": "Before"}, "memo"), footed()
    sent = {"title": "Memo", "revision": 1, "purpose": "**Agreed** [[tick f]] with [[A-6]] <script>x</script>"}
    page = browser.post(url(firm, made, "workpaper_preview"), sent).content.decode()
    assert "<strong>Agreed</strong>" in page and f'aria-label="{mark.meaning}"' in page and "<script>x" not in page
    assert "**Agreed** [[tick f]]" in page and Workpaper.objects.get(pk=made.pk).body == {"purpose": "Before"}

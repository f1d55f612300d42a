"""Scoping sessions: found, made, written place by place, never over somebody else's words, and brought back."""

import json
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser

from billing.models import UsageEvent
from tests.cast import Cast, Firm, signed_in
from workspaces.models import RateCard, ScopingSession, SessionVersion
from workspaces.scoping import shape, unchosen


def page(firm: Firm, part: str = "structuring", name: str = "scoping_page") -> str:
    return firm.url(name, scoping_id=firm.scoping.pk, part=part)


def save(browser: Browser, firm: Firm, version: int, base: dict[str, int] | None = None, **typed: str) -> Any:
    """As the page's script does: only what was changed."""
    places = {f"at.{path}": text for path, text in typed.items()}
    data = {"version": version, "base": json.dumps(base or {}), **places}
    return browser.post(page(firm, "loe", "scoping_saving"), data, headers={"accept": "application/json"})


def stored(firm: Firm) -> ScopingSession:
    with firm.inside():
        return ScopingSession.objects.get(pk=firm.scoping.pk)


@pytest.mark.django_db
def test_a_session_is_found_made_copied_kept_and_brought_back(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    found = browser.get(ours.url("scoping_list"), {"q": "stock erp", "type": "solution", "tag": "erp"})
    assert ours.scoping.title in found.text and ours.deleted_scoping.title not in found.text
    assert ours.scoping.title not in browser.get(ours.url("scoping_list"), {"tag": "tax"}).text

    form = {"key": "0197ab12-0000-7000-8000-000000000001", "title": "Payroll move", "client": ours.bakery.pk,
            "session_type": "assessment", "owner": ours.member.pk, "tags": "Payroll, payroll, Move"}  # fmt: skip
    for _ in range(2):
        assert browser.post(ours.url("scoping_create"), form).status_code == 302
    with ours.inside():
        made = ScopingSession.objects.get(title="Payroll move")
        assert (made.id, made.tags, made.version) == (3, ["payroll", "move"], 1)
        assert UsageEvent.objects.filter(event_type="session_create", session_uuid=made.pk).count() == 1

    browser.post(ours.url("scoping_keeping", scoping_id=ours.scoping.pk))
    browser.post(ours.url("scoping_copy", scoping_id=ours.scoping.pk))
    with ours.inside():
        template = ScopingSession.objects.get(is_template=True)
        assert template.client is None and template.session_objects["nodes"][0]["text"] == "One stock figure"
        copied = ScopingSession.objects.get(title__endswith="(copy)")
        assert copied.loe_objects == shape.completed(stored(ours).document)["loe"]
    assert template.title not in browser.get(ours.url("scoping_list"), {"type": "solution", "q": "template"}).text
    browser.post(ours.url("scoping_create"), form | {"key": "", "title": "From it", "template": template.pk})
    with ours.inside():
        assert ScopingSession.objects.get(title="From it").loe_objects["lines"][0]["title"] == "Interviews"

    browser.post(ours.url("scoping_removal", scoping_id=ours.scoping.pk))
    assert browser.get(page(ours)).status_code == 404
    assert ours.scoping.title in browser.get(ours.url("scoping_trash")).text
    browser.post(ours.url("scoping_restoration", deleted_scoping_id=ours.scoping.pk))
    assert browser.get(page(ours)).status_code == 200


@pytest.mark.django_db
def test_who_may_not_see_the_client_does_not_see_its_session(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.viewer)
    assert browser.get(page(ours)).status_code == 200
    assert "<textarea" not in browser.get(page(ours)).text.split('id="main"')[1], "A viewer reads text, not fields."
    assert save(browser, ours, 1, **{"structuring.problem": "x"}).status_code == 403
    with ours.inside():
        type(ours.wall).objects.create(client=ours.bakery, member=ours.viewer, reason="Related.")
    assert browser.get(page(ours)).status_code == 404
    assert ours.scoping.title not in browser.get(ours.url("scoping_list")).text


@pytest.mark.django_db
def test_two_who_change_different_places_both_stand(cast: Cast) -> None:
    ours, one, other = cast.ours, signed_in(cast.ours.member), signed_in(cast.ours.admin)
    assert save(one, ours, 1, **{"structuring.problem": "Stock is wrong."}).json()["version"] == 2
    answer = save(other, ours, 1, **{"structuring.outcome": "Stock is right.", "loe.lines.l1.likely": "12"}).json()
    assert answer["version"] == 3 and answer["errors"] == {}
    assert answer["theirs"] == {"structuring.problem": "Stock is wrong."}, "The second hears what the first wrote."
    document = stored(ours).document
    assert document["structuring"]["problem"] == "Stock is wrong."
    assert document["loe"]["lines"][0]["likely"] == "12"


@pytest.mark.django_db
def test_two_who_change_the_same_place_decide_and_nothing_is_lost(cast: Cast) -> None:
    ours, one, other = cast.ours, signed_in(cast.ours.member), signed_in(cast.ours.admin)
    save(one, ours, 1, **{"structuring.problem": "First."})
    typed = {"structuring.problem": "Second.", "structuring.outcome": "Beside it."}
    answer = save(other, ours, 1, **typed)
    assert answer.status_code == 409 and answer.json()["conflicts"] == ["structuring.problem"]
    assert stored(ours).session_objects["outcome"] == "Beside it.", "What nobody else touched is saved all the same."
    assert stored(ours).session_objects["problem"] == "First."

    form = {f"at.{path}": text for path, text in typed.items()} | {"version": 1, "base": "{}"}
    shown = other.post(page(ours, "structuring", "scoping_saving"), form)
    assert shown.status_code == 409 and "First." in shown.text and "Second." in shown.text
    assert str(cast.ours.member.display_name) in unescape(shown.text)
    back = other.get(page(ours, "structuring", "scoping_saving"))
    assert back["location"] == page(ours), "Who comes back to the address of the question gets the page."
    decision = {"version": 3, "at.structuring.problem": "Second.", "theirs.structuring.problem": "First.",
                "choice.structuring.problem": "both"}  # fmt: skip
    assert other.post(page(ours, "structuring", "scoping_merging"), decision).status_code == 302
    assert stored(ours).session_objects["problem"] == "Second.\n\nFirst."
    other.post(page(ours, "structuring", "scoping_merging"), decision)
    assert stored(ours).version == 4, "A second press changes nothing."


@pytest.mark.django_db
def test_what_is_not_chosen_stays_in_the_history(cast: Cast) -> None:
    ours, one, other = cast.ours, signed_in(cast.ours.member), signed_in(cast.ours.admin)

    def decide(browser: Browser, path: str, mine: str, theirs: str, choice: str) -> list[Any]:
        form = {f"at.{path}": mine, f"theirs.{path}": theirs, f"choice.{path}": choice, "version": 9, "at.no": "x"}
        for _ in range(2):
            assert browser.post(page(ours, "structuring", "scoping_merging"), form).status_code == 302
        with ours.inside():
            found = SessionVersion.objects.filter(session=ours.scoping, name=unchosen.NAME).order_by("number")
            return [version.document["structuring"] for version in found]

    save(one, ours, 1, **{"structuring.problem": "First."})
    kept = decide(other, "structuring.problem", "Second.", "First.", "theirs")
    assert [said["problem"] for said in kept] == ["Second."] and stored(ours).session_objects["problem"] == "First."
    with ours.inside():
        newest = SessionVersion.objects.filter(session=ours.scoping).latest("number")
    assert (newest.number, newest.document["structuring"]["problem"]) == (stored(ours).version, "First.")
    kept = decide(one, "structuring.problem", "From here.", "First.", "mine")  # both from pages of one person
    assert [said["problem"] for said in kept[1:]] == ["First."]
    row = {"version": stored(ours).version, "place": "structuring.nodes|n1"}
    one.post(ours.url("scoping_row_removal", scoping_id=ours.scoping.pk, part="structuring"), row)
    kept = decide(other, "structuring.nodes.n1.text", "Typed in it.", "", "theirs")
    assert kept[2]["nodes"][0]["text"] == "Typed in it." and not stored(ours).session_objects["nodes"]


@pytest.mark.django_db
def test_a_place_that_cannot_be_read_hides_nothing_of_others(cast: Cast) -> None:
    ours, one, other = cast.ours, signed_in(cast.ours.member), signed_in(cast.ours.admin)
    save(one, ours, 1, **{"loe.contingency": "5"})
    told = save(other, ours, 1, **{"loe.contingency": "a lot"}).json()
    assert "loe.contingency" in told["errors"] and told["theirs"] == {"loe.contingency": "5"}


@pytest.mark.django_db
def test_of_two_figures_one_is_chosen_and_no_third_is_made(cast: Cast) -> None:
    """10 and 12 hours, one below the other, would be read as 1012."""
    ours, one, other = cast.ours, signed_in(cast.ours.member), signed_in(cast.ours.admin)
    places = {"loe.lines.l1.likely": ("11", "12"), "loe.lines.l1.role": ("Junior", "Senior "), "loe.limit": ("5", "6")}
    save(one, ours, 1, **{path: first for path, (first, _) in places.items()})
    typed = {f"at.{path}": second for path, (_, second) in places.items()}
    shown = other.post(page(ours, "loe", "scoping_saving"), typed | {"version": 1, "base": "{}"})
    assert shown.status_code == 409 and 'value="mine"' in shown.text and 'value="both"' not in shown.text
    assert f"{ours.member.display_name} saved while you were typing." in unescape(shown.text)
    forced = typed | {f"theirs.{path}": first for path, (first, _) in places.items()}
    forced |= {f"choice.{path}": "both" for path in places}
    assert other.post(page(ours, "loe", "scoping_merging"), forced | {"version": 2}).status_code == 409
    line = stored(ours).loe_objects["lines"][0]
    assert (line["likely"], line["role"], stored(ours).loe_objects["limit"]) == ("11", "Junior", 500)

    beside = {"at.loe.limit": "7", "at.loe.contingency": "a lot", "version": 1, "base": "{}"}
    shown = other.post(page(ours, "loe", "scoping_saving"), beside)
    assert ">a lot</textarea>" in shown.text, "What cannot be read is not lost over what two have written."
    decision = {"at.loe.limit": "7", "choice.loe.limit": "theirs", "at.loe.contingency": "a lot", "version": 2}
    shown = other.post(page(ours, "loe", "scoping_merging"), decision)
    assert shown.status_code == 422 and "“a lot” is not a per cent." in shown.text
    assert shown.context["fields"]["contingency"].value == "a lot" and shown.context["fields"]["limit"].value == "5"
    assert 'data-merged="loe.limit"' in shown.text


@pytest.mark.django_db
def test_a_whole_form_without_scripts_changes_only_what_its_writer_changed(cast: Cast) -> None:
    ours, one, other = cast.ours, signed_in(cast.ours.member), signed_in(cast.ours.admin)
    form = form_of(other.get(page(ours)).text)
    save(one, ours, 1, **{"structuring.problem": "Mine, meanwhile."})
    form["at.structuring.outcome"] = "Typed without scripts."
    assert other.post(page(ours, "structuring", "scoping_saving"), form).status_code == 302
    assert stored(ours).session_objects["problem"] == "Mine, meanwhile."
    assert stored(ours).session_objects["outcome"] == "Typed without scripts."


@pytest.mark.django_db
def test_a_line_is_added_once_moved_and_taken_away_with_what_is_typed(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    form = form_of(browser.get(page(ours, "loe")).text)
    form |= {"place": "loe.lines|l1|hours|p1", "new_id": "l2", "at.loe.lines.l1.title": "Talks"}
    for _ in range(2):
        answer = browser.post(page(ours, "loe", "scoping_row_addition"), form)
    assert answer.status_code == 302 and answer["location"].endswith("#row-l2")
    lines = stored(ours).loe_objects["lines"]
    assert [(row["id"], row["title"], row["phase"]) for row in lines] == [("l1", "Talks", "p1"), ("l2", "", "p1")]

    browser.post(page(ours, "loe", "scoping_row_move"), {"version": 9, "place": "loe.lines|l2|up"})
    assert [row["id"] for row in stored(ours).loe_objects["lines"]] == ["l2", "l1"]
    browser.post(page(ours, "loe", "scoping_row_removal"), {"version": 9, "place": "loe.lines|l1"})
    gone = save(browser, ours, 9, **{"loe.lines.l1.title": "I was typing here"})
    assert gone.status_code == 409, "Words typed in a line somebody removed are not thrown away."
    decision = {"version": 9, "at.loe.lines.l1.title": "I was typing here", "choice.loe.lines.l1.title": "back"}
    browser.post(page(ours, "loe", "scoping_merging"), decision)
    lines = stored(ours).loe_objects["lines"]
    assert [(row["title"], row["role"], row["likely"]) for row in lines] == [
        ("", "", ""), ("I was typing here", "Senior", "10"),
    ], "It comes back as it was, and where it was."  # fmt: skip
    browser.post(page(ours, "loe", "scoping_row_removal"), {"version": 99, "place": "loe.lines|l1"})
    with ours.inside():
        ScopingSession.objects.filter(pk=ours.scoping.pk).update(steps=[])
    browser.post(page(ours, "loe", "scoping_merging"), decision)
    roles = {row["id"]: row["role"] for row in stored(ours).loe_objects["lines"]}
    assert roles == {"l1": "Senior", "l2": ""}, "Nobody remembers the step; the history does."


@pytest.mark.django_db
def test_the_page_and_the_question_for_figures_say_the_same_to_the_cent(cast: Cast) -> None:
    """10.5 hours of a senior at 145.00, and what a rate card of a later day makes of it."""
    ours, browser = cast.ours, signed_in(cast.ours.member)
    assert "£1,522.50" in browser.get(page(ours, "loe")).text
    typed = {"version": 1, "at.loe.contingency": "10", "at.loe.discount": "3.33", "at.loe.lines.l1.high": "17"}
    asked = browser.post(ours.url("scoping_figures", scoping_id=ours.scoping.pk), typed).json()["figures"]
    # (8 + 40 + 17) / 6 = 10.83 h × 145.00 = 1,570.35; + 157.04; - 3.33 % of 1,727.39 = 57.52
    assert (asked["subtotal"], asked["contingency"], asked["discount"], asked["total"]) == (
        "£1,570.35", "£157.04", "£57.52", "£1,669.87",
    )  # fmt: skip
    assert stored(ours).version == 1, "Asking saves nothing."
    over = browser.post(ours.url("scoping_figures", scoping_id=ours.scoping.pk), typed | {"at.loe.limit": "1,600"})
    assert (over.json()["figures"]["above"], over.json()["figures"]["below"]) == ("£69.87 above the limit", "")
    wrong = save(browser, ours, 1, **{"loe.lines.l1.high": "seventeen", "loe.contingency": "10"})
    assert "seventeen" in wrong.json()["errors"]["loe.lines.l1.high"]
    assert stored(ours).loe_objects["contingency"] == "10", "One wrong figure keeps no other from being saved."

    card = {"key": "", "valid_from": "2027-01-01", "role": ["Senior"], "cost": ["70"], "price": ["200.50"]}
    assert signed_in(ours.admin).post(ours.url("rate_card_create"), card).status_code == 302
    assert browser.post(ours.url("rate_card_create"), card).status_code == 403
    save(browser, ours, 2, **{"loe.rate_day": "2027-02-01"})
    assert "£2,105.25" in browser.get(page(ours, "loe")).text
    bad = signed_in(ours.admin).post(ours.url("rate_card_create"), card | {"role": ["Senior"], "price": ["much"]})
    assert bad.status_code == 422 and "much" in bad.text
    with ours.inside():
        assert list(RateCard.objects.values_list("valid_from", flat=True).order_by("valid_from")) == [
            date(2026, 1, 1), date(2027, 1, 1),
        ]  # fmt: skip


@pytest.mark.django_db
def test_the_statement_follows_the_estimate_until_somebody_writes_their_own(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    text = browser.get(page(ours, "sow")).text
    assert "One stock figure" in text and "[[fee]]" in text and "Our fee is £1,522.50" in text
    told = save(browser, ours, 1, **{"sow.sections.fees.text": "We take £1,500.00, all told."}).json()
    assert "“Fees” says £1,500.00" in unescape(told["findings"]), "The page hears of it while it is being written."
    text = browser.get(page(ours, "sow")).text
    assert "“Fees” says £1,500.00, which the level of effort does not." in unescape(text)
    hears = browser.post(page(ours, "sow", "scoping_saving"), {"version": 2}, headers={"accept": "application/json"})
    assert "One stock figure" in hears.json()["theirs"]["sow.sections.background.text"], "An open page follows, too."
    save(browser, ours, 2, **{"sow.sections.background.text": "As we said."})
    save(browser, ours, 3, **{"structuring.problem": "Something else."})
    assert "“Background” was written by hand" in unescape(browser.get(page(ours, "sow")).text)
    save(browser, ours, 4, **{"sow.sections.fees.text": ""})
    assert "Our fee is £1,522.50" in browser.get(page(ours, "sow")).text


@pytest.mark.django_db
def test_versions_are_named_compared_and_put_back(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    save(browser, ours, 1, **{"structuring.problem": "Before the call."})
    named = browser.post(ours.url("scoping_version_naming", scoping_id=ours.scoping.pk), {"name": "Before the call"})
    assert named.status_code == 302
    save(browser, ours, 2, **{"structuring.problem": "After the call."})
    save(browser, ours, 3, **{"structuring.outcome": "Same sitting."})
    with ours.inside():
        versions = list(SessionVersion.objects.filter(session=ours.scoping).order_by("number"))
    assert [(one.number, one.name) for one in versions] == [(1, ""), (2, "Before the call"), (4, "")], (
        "One sitting, one version, beside the one that was sent."
    )
    one = ours.url("scoping_version", scoping_id=ours.scoping.pk, number=2)
    differences = browser.get(one, {"with": "now"}).text
    assert "<del>Before</del> the call." in differences and "<ins>After</ins> the call." in differences
    save(browser, ours, 4, **{"loe.contingency": "10"})
    other = browser.get(one, {"with": "5"}).text
    assert "Total fee <b>£1,522.50</b> becomes <b>£1,674.75</b>" in other and "Contingency" in other
    named = ours.url("scoping_version_naming", scoping_id=ours.scoping.pk)
    browser.post(named, {"name": "Before we met", "number": "2"})
    assert "Before we met" in browser.get(one).text, "An earlier point can be named, too."
    back = ours.url("scoping_version_restoration", scoping_id=ours.scoping.pk, number=2)
    assert browser.post(back).status_code == 302
    assert stored(ours).session_objects["problem"] == "Before the call."
    history = browser.get(ours.url("scoping_history", scoping_id=ours.scoping.pk)).text
    assert "Restored from version 2" in history and "Version 5" in history
    address = ours.url("scoping_history", scoping_id=ours.scoping.pk)
    drawer = browser.get(address, headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert "history-drawer-title" in drawer and "<main" not in drawer and "Restored from version 2" in drawer


def form_of(text: str) -> dict[str, str]:
    """What a browser without scripts would send."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        found: dict[str, str] = {}
        open = ""

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            given = dict(attrs)
            name = given.get("name") or ""
            if tag == "input" and (name.startswith("at.") or name in ("version", "was", "base", "new_id")):
                self.found[name] = given.get("value") or ""
            elif tag in ("textarea", "select") and name.startswith("at."):
                self.open, self.found[name] = name, ""
            elif tag == "option" and self.open and "selected" in given:
                self.found[self.open] = given.get("value") or ""

        def handle_data(self, data: str) -> None:
            if self.open and self.lasttag == "textarea":
                self.found[self.open] += data

        def handle_endtag(self, tag: str) -> None:
            if tag in ("textarea", "select"):
                self.open = ""

    reader = Reader()
    reader.found = {}
    reader.feed(text)
    return {name: value.replace("\n", "\r\n") for name, value in reader.found.items()}


@pytest.mark.django_db
def test_every_field_says_who_wrote_it_last(cast: Cast) -> None:
    ours, admin = cast.ours, signed_in(cast.ours.admin)
    assert "tk-by" not in admin.get(page(ours)).text
    told = save(admin, ours, 1, **{"structuring.problem": "Stock is late."}).json()
    assert told["writers"] == {"structuring.problem": ours.admin.display_name}
    by = f'<small class="tk-by" id="by-structuring-problem">{ours.admin.display_name}</small>'
    assert by in signed_in(ours.member).get(page(ours)).text
    assert by not in signed_in(ours.viewer).get(page(ours)).text, "Who only reads sees the text."

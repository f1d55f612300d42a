"""Templates: those that come with the product, the firm's own, and the lists made from them."""

from datetime import date
from typing import Any

import pytest

from clients.models import InformationRequest, RequestList, RequestTemplate
from clients.template_lines import filled, parse_column, shipped_templates, years_moved
from tests.cast import Cast, Firm

SignIn = Any
SHIPPED = [template.key for template in shipped_templates()]


def use(firm: Firm) -> str:
    return firm.url("shipped_template_use", shipped="payroll")


def wanted(firm: Firm, **more: Any) -> dict[str, Any]:
    return {
        "client": firm.bakery.pk, "title": "Payroll 2025", "period": "FY2025", "prefix": "pay", "starts_on": "2026-03-02",
        "lines": ["people", "8"], **more,
    }  # fmt: skip


@pytest.mark.parametrize("key", SHIPPED)
def test_a_template_that_comes_with_the_product_is_whole(key: str) -> None:
    template = next(found for found in shipped_templates() if found.key == key)
    assert 20 <= len(template.lines) <= 60
    keys = [line.key for line in template.lines]
    assert len(set(keys)) == len(keys)
    for at, line in enumerate(template.lines):
        assert line.title
        assert line.category
        assert line.description
        assert line.due_days
        assert len(line.title) <= 200
        assert line.after in {"", *keys[:at]}, "What it waits for stands above it, so nothing goes in a circle."


def test_the_gallery_shows_six_and_the_firms_own(cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.ours.viewer).get(cast.ours.url("request_template_index")).text
    assert all(template.name in text for template in shipped_templates())
    assert len(SHIPPED) == 6
    assert cast.ours.template.name in text
    assert cast.theirs.template.name not in text
    assert "New template" not in text


def test_a_preview_fills_in_the_period_and_makes_nothing(cast: Cast, sign_in: SignIn) -> None:
    data = wanted(cast.ours, preview="1", lines=["letter"])
    answer = sign_in(cast.ours.member).post(cast.ours.url("shipped_template_use", shipped="audit"), data)
    assert answer.status_code == 200
    assert "Final trial balance for FY2025" in answer.text
    assert "what changed since FY2024" in answer.text
    with cast.ours.inside():
        assert not RequestList.objects.filter(title="Payroll 2025").exists()


def test_a_list_is_made_of_the_chosen_lines(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ours.member).post(use(cast.ours), wanted(cast.ours))
    assert answer.status_code == 302
    with cast.ours.inside():
        made = RequestList.objects.get(title="Payroll 2025")
        people, contracts = made.requests.order_by("position")
        assert (made.prefix, made.last_number) == ("PAY", 2)
        assert people.title == "List of all employees"
        assert (people.status, people.due_date) == ("draft", date(2026, 3, 9))
        assert contracts.depends_on == people
        assert contracts.answer_type == "table"
        assert contracts.options.asked[1].kind == "date"
        assert people.events.get().to_status == "draft"


def test_no_date_is_after_the_lists_own_last_day(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.ours.member).post(use(cast.ours), wanted(cast.ours, due_date="2026-03-05"))
    with cast.ours.inside():
        assert set(
            InformationRequest.objects.filter(request_list__title="Payroll 2025").values_list("due_date", flat=True)
        ) == {date(2026, 3, 5)}


def test_the_same_form_sent_twice_makes_one_list(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    key = browser.get(use(cast.ours)).context["form"].initial["key"]
    for _ in range(2):
        assert browser.post(use(cast.ours), wanted(cast.ours, key=key)).status_code == 302
    with cast.ours.inside():
        assert RequestList.objects.get(title="Payroll 2025").requests.count() == 2


def test_without_a_line_or_for_anothers_client_nothing_is_made(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    nothing = browser.post(use(cast.ours), wanted(cast.ours, lines=[]))
    assert nothing.status_code == 422
    assert "Choose at least one request." in nothing.text
    assert browser.post(use(cast.ours), wanted(cast.ours, client=cast.theirs.bakery.pk)).status_code == 422
    assert browser.post(use(cast.ours), wanted(cast.ours, lines=["no such"])).status_code == 422


def test_a_shipped_template_is_copied_and_changed(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    for _ in range(2):
        browser.post(cast.ours.url("shipped_template_copy", shipped="payroll"))
    with cast.ours.inside():
        first, second = RequestTemplate.objects.filter(name__startswith="Payroll").order_by("name")
        assert (first.name, second.name) == ("Payroll", "Payroll (2)")
        item = first.items.get(title="List of all employees")
        assert first.items.get(title="Contracts of employment").depends_on == item
    edit = cast.ours.url("request_template_item_update", item_id=item.pk)
    browser.post(edit, {"title": "Who works here?", "category": "Employees", "due_days": "3", "answer_type": "text"})
    browser.post(cast.ours.url("request_template_item_move", item_id=item.pk), {"to": "down"})
    with cast.ours.inside():
        employees = [found.title for found in first.items.filter(category="Employees").order_by("position")]
        assert employees[:2] == ["Contracts of employment", "Who works here?"]


def test_items_of_a_template_cannot_wait_for_each_other(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    add = cast.ours.url("request_template_item_create", template_id=cast.ours.template.pk)
    browser.post(add, {"title": "Second", "depends_on": cast.ours.template_item.pk})
    with cast.ours.inside():
        second = cast.ours.template.items.get(title="Second")
    edit = cast.ours.url("request_template_item_update", item_id=cast.ours.template_item.pk)
    answer = browser.post(edit, {"title": "First", "depends_on": second.pk})
    assert answer.status_code == 422
    assert "Two cannot wait for each other." in answer.text


def test_a_template_is_made_from_a_list(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.member)
    data = {"name": "As in 2025", "prefix": "PBC", "lines": [cast.ours.pending.pk, cast.ours.accepted.pk]}
    answer = browser.post(cast.ours.url("request_list_template", list_id=cast.ours.request_list.pk), data)
    assert answer.status_code == 302
    with cast.ours.inside():
        items = RequestTemplate.objects.get(name="As in 2025").items.order_by("position")
        assert [item.title for item in items] == ["The pending request", "The accepted request"]
        assert items[0].due_days == 2


def test_a_deleted_template_comes_back_unless_its_name_was_taken(cast: Cast, sign_in: SignIn) -> None:
    browser, template = sign_in(cast.ours.member), cast.ours.template
    remove = cast.ours.url("request_template_removal", template_id=template.pk)
    restore = cast.ours.url("request_template_restoration", template_id=template.pk)
    browser.post(remove)
    assert browser.get(cast.ours.url("request_template_detail", template_id=template.pk)).status_code == 404
    with cast.ours.inside():
        other = RequestTemplate.objects.create(name=template.name)
    assert "Rename that one first." in browser.post(restore, follow=True).text
    with cast.ours.inside():
        RequestTemplate.objects.filter(pk=other.pk).update(name="Another")
    browser.post(restore)
    assert browser.get(cast.ours.url("request_template_detail", template_id=template.pk)).status_code == 200


def test_a_viewer_makes_nothing(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ours.viewer)
    assert browser.get(cast.ours.url("shipped_template_detail", shipped="audit")).status_code == 200
    assert browser.get(use(cast.ours)).status_code == 403
    assert browser.get(cast.ours.url("shipped_template_detail", shipped="nothing-like-it")).status_code == 404


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("FY2025", "FY2026"),
        ("Year ended 31 March 2025", "Year ended 31 March 2026"),
        ("2024/2025", "2025/2026"),
        ("Q1", "Q1"),
    ],
)
def test_a_period_is_moved_by_a_year(text: str, moved: str) -> None:
    assert years_moved(text, 1) == moved


def test_only_known_words_in_braces_are_filled_in() -> None:
    words = {"client": "Ltd {period}", "period": "FY2025", "last_period": "FY2024"}
    assert filled("{client} in {period}, {other} {", words) == "Ltd {period} in FY2025, {other} {"


def test_a_column_says_what_is_checked() -> None:
    assert str(parse_column("Delivered on (Date)")) == "Delivered on (date)"
    assert parse_column("Amount (net)").kind == "text"

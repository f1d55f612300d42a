from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from look.dates import late_words, lately_words, short_words
from look.people import initials, monogram
from look.status import STATUS, STATUS_OF_KIND

TURNS = {"idle", "client", "firm", "done", "late"}


def drawn(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context))


def test_every_status_has_a_turn_an_icon_and_a_word():
    for status in [*STATUS.values(), *STATUS_OF_KIND.values()]:
        assert status.turn in TURNS
        assert status.icon
        assert status.word


def test_a_chip_shows_the_turn_and_the_word():
    html = drawn('{% chip "overdue" %}')
    assert 'data-turn="late"' in html
    assert "#i-clock-exclamation" in html
    assert html.endswith("Overdue</span>")


def test_the_kind_decides_what_pending_means():
    assert "With client" in drawn('{% chip "pending" %}')
    assert "Invited" in drawn('{% chip "pending" kind="member" %}')
    assert "To send" in drawn('{% chip "pending" kind="portal" %}')


def test_an_unknown_status_is_shown_as_nobodys_turn():
    assert 'data-turn="idle"' in drawn('{% chip "half_done" %}')
    assert "Half done" in drawn('{% chip "half_done" %}')


def test_text_from_people_is_escaped():
    evil = "<script>alert(1)</script>"
    for source in (
        "{% chip 'draft' evil %}",
        "{% tag evil %}",
        "{% ref evil %}",
        "{% avatar evil alone=True %}",
        "{% person evil %}",
        "{% file evil meta=evil %}",
        "{% stat evil evil note=evil %}",
        "{% page_head evil sub=evil ref=evil %}{% endpage_head %}",
        "{% empty_state 'checklist' evil evil %}{% endempty_state %}",
        "{% alert 'late' evil %}{{ evil }}{% endalert %}",
        "{% menu 'm' evil text=True %}{{ evil }}{% endmenu %}",
        "{% drawer 'd' evil sub=evil %}{{ evil }}{% enddrawer %}",
        "{% dialog 'd' evil %}{{ evil }}{% enddialog %}",
        "{% slot as kept %}{{ evil }}{% endslot %}{{ kept }}",
        "{% search_box evil value=evil %}",
        "{% tabs evil %}{% tab evil evil %}{% endtabs %}",
    ):
        assert "<script>" not in drawn(source, evil=evil), source


def test_an_avatar_alone_says_whose_it_is():
    assert 'aria-label="Maya Okafor"' in drawn('{% avatar "Maya Okafor" alone=True %}')
    assert 'aria-hidden="true"' in drawn('{% avatar "Maya Okafor" %}')


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Tomasz Łuczak", "TŁ"), ("Dr Leila Farahani", "LF"), ("ana@bakery.example", "A"), ("Cher", "C"), ("", "?")],
)
def test_initials_are_first_and_last(name: str, letters: str):
    assert initials(name) == letters


def test_a_firm_without_a_mark_gets_a_monogram():
    assert monogram("Harcourt & Pell LLP") == "H&P"


def test_the_bar_says_every_number_and_fills_the_whole_width():
    html = drawn("{% progress_seg done=6 firm=3 client=3 late=3 key=True %}")
    assert 'aria-label="6 of 15 accepted, 3 to review, 3 with client, 3 overdue"' in html
    assert 'x="80.35" width="19.65"' in html
    assert html.count("<li") == 4


def test_the_portal_uses_the_clients_words():
    assert "to send" in drawn('{% progress_seg client=2 key=True words="portal" %}')


def test_an_empty_bar_is_only_its_ground():
    html = drawn("{% progress_seg key=True %}")
    assert html.count("<rect") == 1
    assert "<li" not in html


def test_late_days_are_counted_beside_the_date():
    assert late_words(date(2026, 2, 24), date(2026, 3, 3)) == "Tue 24 Feb, 7 days late"
    assert late_words(date(2026, 3, 2), date(2026, 3, 3)) == "Mon 2 Mar, 1 day late"


def test_feeds_say_the_time_today_and_the_weekday_this_week():
    with timezone.override("UTC"):
        now = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
        assert short_words(datetime(2026, 3, 4, 8, 36, tzinfo=UTC), now) == "08:36"
        assert short_words(datetime(2026, 3, 2, 10, 31, tzinfo=UTC), now) == "Mon 10:31"
        assert lately_words(datetime(2026, 3, 4, 8, 36, tzinfo=UTC), now) == "today, 08:36"
        assert lately_words(datetime(2026, 3, 3, 16, 41, tzinfo=UTC), now) == "yesterday, 16:41"
        assert lately_words(datetime(2026, 3, 2, 10, 31, tzinfo=UTC), now) == "2 Mar 2026, 10:31"
        assert short_words(datetime(2025, 12, 24, 9, 0, tzinfo=UTC), now) == "24 Dec 2025"


def test_a_due_date_is_late_only_while_the_thing_is_open():
    past = timezone.localdate() - timedelta(days=7)
    assert "7 days late" in drawn("{% due past %}", past=past)
    assert "late" not in drawn("{% due past is_open=False %}", past=past)
    assert "Not set" in drawn("{% due None %}")


def test_a_sorted_head_turns_round_and_starts_at_the_first_page():
    request = RequestFactory().get("/", {"o": "title", "q": "bank", "after": "x"})
    html = drawn('{% sort_th "Request" "title" %}', request=request)
    assert 'aria-sort="ascending"' in html
    assert 'href="?o=-title&amp;q=bank"' in html
    assert "aria-sort" not in drawn('{% sort_th "Due" "due" %}', request=request)
    assert "aria-sort" not in drawn('{% sort_th "Due" "due" default=True %}', request=request)


def test_the_order_nobody_chose_is_told_too() -> None:
    html = drawn('{% sort_th "Due" "due" default=True %}', request=RequestFactory().get("/"))
    assert 'aria-sort="ascending"' in html
    assert "?o=-due" in html


def test_a_pager_with_one_page_offers_no_way_on():
    assert "<nav" not in drawn('{% pager "1 to 3 of 3" %}')
    html = drawn('{% pager "1 to 3 of 9" next="?after=c" %}')
    assert 'href="?after=c" rel="next"' in html
    assert "disabled" in html


class FirmForm(forms.Form):
    name = forms.CharField(help_text="As clients see it.")
    phone = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("audit", "Audit")])
    sure = forms.BooleanField(required=False)
    access = forms.ChoiceField(widget=forms.RadioSelect, choices=[("staff", "Staff"), ("firm", "Firm")])
    password = forms.CharField(widget=forms.PasswordInput)


def test_a_field_is_tied_to_its_hint():
    html = FirmForm()["name"].as_field_group()
    assert 'class="form-control"' in html
    assert 'aria-describedby="id_name-hint"' in html
    assert 'id="id_name-hint"' in html


def test_an_error_takes_the_place_of_the_hint():
    html = FirmForm({})["name"].as_field_group()
    assert "is-invalid" in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name-error"' in html
    assert "As clients see it." not in html


def test_only_what_may_be_left_out_says_optional():
    form = FirmForm()
    assert "(optional)" in form["phone"].as_field_group()
    assert "(optional)" not in form["name"].as_field_group()
    assert "(optional)" not in form["sure"].as_field_group()


def test_each_widget_has_its_class():
    form = FirmForm()
    assert 'class="form-select"' in str(form["kind"])
    assert 'class="form-check-input"' in str(form["sure"])
    assert str(form["access"]).count('class="form-check-input"') == 2
    assert "data-password" in form["password"].as_field_group()


def test_errors_of_the_whole_form_are_announced_first():
    form = FirmForm({})
    form.add_error(None, "The firm was not created.")
    html = str(form)
    assert html.index('role="alert"') < html.index("<label")
    assert "<strong>The firm was not created.</strong>" in html


@pytest.mark.parametrize("layout", ["base", "app", "auth", "portal", "site", "error"])
def test_layouts_stand_without_any_context(layout: str):
    html = render_to_string(f"layouts/{layout}.html", {})
    assert 'id="main"' in html
    assert 'href=""' not in html
    assert 'href="#"' not in html
    assert " style=" not in html


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_stand_without_any_context(code: str):
    html = render_to_string(f"{code}.html", {})
    assert html.count("<h1") == 1
    assert code[:3] in html


def test_the_app_shows_where_one_is():
    nav = [{"label": "Firm", "items": [{"label": "Clients", "icon": "building", "url": "/c/", "is_current": True}]}]
    html = render_to_string("layouts/app.html", {"nav": nav})
    assert 'href="/c/" aria-current="page"' in html


def test_what_has_no_address_is_not_offered():
    html = render_to_string("layouts/app.html", {"member": {"display_name": "Maya Okafor"}})
    assert "Search" not in html
    assert "Notifications" not in html


def test_good_news_is_a_toast_and_bad_news_an_alert():
    notes = [SimpleNamespace(level_tag=tag) for tag in ("success", "error")]
    html = render_to_string("components/messages.html", {"messages": notes})
    assert html.count("data-toast ") + html.count("data-toast>") == 1
    assert html.count('role="alert"') == 1

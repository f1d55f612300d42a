"""Creating a firm."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from organizations.models import Organization
from organizations.mounts import root_url

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Pell & Daughters",
    "slug": "pell-daughters",
    "brand": "#6b2737",
    "currency": "GBP",
    "timezone": "Europe/London",
}


def create(browser, **changes):
    return browser.post(root_url("firm_create"), {**FORM, **changes})


def test_a_person_without_a_firm_creates_one_and_owns_it(cast, sign_in):
    browser = sign_in(cast.stranger)
    response = create(browser)
    assert response.url == "/o/pell-daughters/"
    page = browser.get(response.url).content.decode()
    assert "Pell &amp; Daughters" in page
    assert "Owner" in browser.get(f"{response.url}members/").content.decode()


def test_a_new_firm_begins_with_what_firms_of_its_kind_use(cast, sign_in):
    browser = sign_in(cast.stranger)
    page = create(browser, name="", practices=["audit", "tax"]).content.decode()
    assert re.findall(r'name="practices" value="(\w+)"[^>]* checked', page) == ["audit", "tax"], "nothing typed is lost"
    at = create(browser, practices=["audit", "tax"]).url
    own, _, ready = browser.get(f"{at}requests/templates/").content.decode().partition('id="shipped-heading"')
    assert "Corporate tax return" in own and "Financial statement audit" in own
    assert "Payroll" in ready and "Payroll" not in own
    assert create(browser, slug="another-firm", practices=["astrology"]).status_code == 422


def test_the_address_is_proposed_from_the_name(cast, sign_in):
    assert create(sign_in(cast.stranger), slug="").url == "/o/pell-daughters/"


def test_an_address_that_is_taken_comes_with_one_that_is_free(cast, sign_in):
    response = create(sign_in(cast.stranger), slug="harcourt")
    assert response.status_code == 422
    assert "“harcourt” is taken. “harcourt-2” is free." in response.content.decode()
    assert "Pell &amp; Daughters" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("slug", "admin", "“admin” is reserved"),
        ("slug", "a", "Use 3 to 48 small letters"),
        ("slug", "no spaces", "Use 3 to 48 small letters"),
        ("brand", "red", "Write the colour as #"),
        ("brand", "#fffffe", "too pale"),
        ("timezone", "Mars/Olympus", "Select a valid choice"),
        ("name", "", "This field is required"),
        ("name", "x" * 121, "at most 120 characters"),
        ("name", "nul\0", "Null characters are not allowed"),
        ("name", "Pell\nBcc: all@x.example", "Remove the hidden characters"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_field(cast, sign_in, field, value, sentence):
    response = create(sign_in(cast.stranger), **{field: value})
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_signed_out_people_are_led_to_sign_in():
    from django.test import Client

    response = Client().get(root_url("firm_create"))
    assert response.url == "/accounts/login/?next=/firms/new/"


def test_the_colour_reaches_the_page_through_a_stylesheet(cast, sign_in):
    browser = sign_in(cast.stranger)
    create(browser)
    css = browser.get("/o/pell-daughters/brand.css")
    assert css["Content-Type"] == "text/css; charset=utf-8"
    assert css.content == b":root{--tk-brand:#6b2737;--tk-on-brand:#ffffff}\n"


def settings_form(browser, firm, **changes):
    page = browser.get(firm.url("firm_settings")).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
    return {**FORM, "seen": seen, **changes}


def test_an_owner_changes_the_firm_and_its_address(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    data = settings_form(browser, cast.ours, name="Harcourt LLP", slug="harcourt-llp")
    response = browser.post(cast.ours.url("firm_settings"), data)
    assert response.url == "/o/harcourt-llp/firm/"
    assert "Harcourt LLP" in browser.get(response.url).content.decode()


def test_a_firm_cannot_take_anothers_address(cast, sign_in):
    browser = sign_in(cast.ours.owner)
    response = browser.post(cast.ours.url("firm_settings"), settings_form(browser, cast.ours, slug="okafor"))
    assert response.status_code == 422
    assert "“okafor” is taken." in response.content.decode()


def test_settings_changed_meanwhile_are_told_and_saved_only_on_purpose(cast, sign_in):
    browser, url = sign_in(cast.ours.owner), cast.ours.url("firm_settings")
    mine = settings_form(browser, cast.ours, slug="harcourt", name="Mine")
    with cast.ours.inside():
        Organization.objects.update(name="Theirs", updated_at="2026-01-01T00:00Z")
    stale = browser.post(url, mine)
    assert stale.status_code == 409
    assert "Somebody changed these settings while you were writing. Yours differ in: Firm name" in stale.text
    assert 'value="Mine"' in stale.text
    again = {**mine, "seen": re.search(r'name="seen" value="([^"]+)"', stale.text).group(1)}
    assert browser.post(url, again).status_code == 302
    with cast.ours.inside():
        assert Organization.objects.get().name == "Mine"


def test_pressing_create_twice_leads_into_the_firm_just_made(cast, sign_in):
    browser = sign_in(cast.stranger)
    assert create(browser).url == create(browser).url == "/o/pell-daughters/"
    assert len(re.findall("Pell &amp; Daughters</a>", browser.get("/firms/?choose").content.decode())) == 1


def test_a_second_firm_of_mine_still_needs_an_address_of_its_own(cast, sign_in):
    browser = sign_in(cast.stranger)
    create(browser)
    assert "“pell-daughters” is taken." in create(browser, name="Another firm").content.decode()


def test_a_firm_begins_with_its_logo(cast, sign_in):
    browser = sign_in(cast.stranger)
    assert create(browser, logo=picture()).url == "/o/pell-daughters/"
    logo = browser.get("/o/pell-daughters/logo.png")
    assert logo.status_code == 200
    assert logo.content.startswith(b"\x89PNG")


def test_what_is_no_picture_is_said_and_no_firm_is_made(cast, sign_in):
    browser = sign_in(cast.stranger)
    page = create(browser, logo=SimpleUploadedFile("logo.png", b"no picture"))
    assert page.status_code == 422
    assert "not a PNG, JPEG or WebP image" in page.content.decode()
    assert "Pell &amp; Daughters" in page.content.decode()
    assert browser.get("/o/pell-daughters/").status_code == 404


def picture():
    kept = io.BytesIO()
    Image.new("RGB", (120, 40), "navy").save(kept, "PNG")
    return SimpleUploadedFile("logo.png", kept.getvalue())

"""Second factors and devices in real browsers, over the real connections of the sign-in role."""

import time
from collections.abc import Callable
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site

PASSWORD = "a-demo-everyone-may-enter"
HOME = "/accounts/second-factor/"


def enter(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Work email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page: Page) -> None:
    page.locator("input[name=password]").fill(PASSWORD)  # the page it comes from has a part of that name
    page.get_by_role("button", name="Go on").click()


def code_of(secret: str, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def give_authenticator(page: Page) -> None:
    """A device with a finger reader, as Chromium plays one."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_an_authenticator_app_and_its_recovery_codes(person: Callable[..., Page], site: Site, tmp_path: Path) -> None:
    page = person()
    enter(page, "maya@harcourtpell.example")
    page.wait_for_url("**/o/**")
    page.goto(HOME)
    check_accessibility(page)
    page.get_by_role("link", name="Set up an authenticator app").click()
    confirm(page)
    expect(page.get_by_role("img", name="picture for the app")).to_be_visible()
    check_accessibility(page)
    secret = page.locator("code").inner_text()
    page.get_by_label("6-digit code").fill(code_of(secret))
    page.get_by_role("button", name="Set up app").click()

    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    check_accessibility(page)
    codes = page.get_by_label("Your recovery codes").locator("li").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download codes").click()
    kept = tmp_path / download.value.suggested_filename
    download.value.save_as(kept)
    assert kept.name == "tickmark-recovery-codes.txt"
    assert kept.read_text().split()[-10:] == codes
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 of 10 left")).to_be_visible()

    for answer in (code_of(secret, 1), codes[0]):
        other = person()
        enter(other, "maya@harcourtpell.example")
        expect(other.get_by_role("heading", name="Enter your code")).to_be_visible()
        check_accessibility(other)
        other.get_by_label("Code", exact=True).fill(answer)
        other.get_by_label("Trust this device for 30 days").set_checked(answer == codes[0])
        other.get_by_role("button", name="Sign in", exact=True).click()
        other.wait_for_url("**/o/**")
    sign_out(other)
    enter(other, "maya@harcourtpell.example")
    other.wait_for_url("**/o/**")
    page.reload()
    expect(page.get_by_text("9 of 10 left")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Forget").click()
    expect(page.get_by_text("is asked for a code again.")).to_be_visible()
    page.get_by_role("link", name="All of it").click()
    expect(page.get_by_role("cell", name="Device trusted no more")).to_be_visible()
    check_accessibility(page)
    page.goto(HOME)
    assert site.latest_mail("maya@harcourtpell.example", pattern="You have 9 left")

    page.get_by_role("link", name="New codes").click()
    page.get_by_role("button", name="Make codes").click()
    made = page.get_by_label("Your recovery codes").locator("li")
    expect(made).to_have_count(10)
    assert not set(made.all_inner_texts()) & set(codes)
    page.goto(HOME)
    page.get_by_role("link", name="Remove the authenticator app").click()
    page.get_by_role("button", name="Remove app").click()
    expect(page.get_by_text("Not set up")).to_be_visible()


def test_a_passkey_signs_in_without_a_password(person: Callable[..., Page]) -> None:
    page = person()
    give_authenticator(page)
    enter(page, "tomasz@harcourtpell.example")
    page.wait_for_url("**/o/**")
    page.goto(HOME)
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    check_accessibility(page)
    page.get_by_label("Name").fill("Work laptop")
    press(page, "Add passkey")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("link", name="Rename Work laptop")).to_be_visible()
    sign_out(page)

    press(page, "Sign in with a passkey")
    page.wait_for_url("**/o/**")
    sign_out(page)

    enter(page, "tomasz@harcourtpell.example")
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    press(page, "Use a passkey")
    page.wait_for_url("**/o/**")

    page.goto(HOME)
    page.get_by_role("link", name="Rename Work laptop").click()
    page.get_by_role("link", name="a passkey").click()
    press(page, "Use a passkey")
    page.get_by_label("Name").fill("Old laptop")
    page.get_by_role("button", name="Save name").click()
    page.get_by_role("link", name="Remove Old laptop").click()
    page.get_by_role("button", name="Remove passkey").click()
    expect(page.get_by_text("None yet")).to_be_visible()


def test_a_browser_without_the_passkey_is_told_so(person: Callable[..., Page]) -> None:
    page = person()
    give_authenticator(page)
    page.goto("/accounts/login/")
    press(page, "Sign in with a passkey")
    expect(page.get_by_text("The passkey was not used")).to_be_visible()


def test_a_device_is_signed_out_from_another(person: Callable[..., Page]) -> None:
    here, there = person(), person(user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1")
    for page in (here, there):
        enter(page, "daniel@harcourtpell.example")
        page.wait_for_url("**/o/**")
    here.goto("/accounts/devices/")
    check_accessibility(here)
    here.get_by_role("button", name="Sign out Safari on iPhone").click()
    expect(here.get_by_text("Safari on iPhone is signed out.")).to_be_visible()
    there.reload()
    there.wait_for_url("**/accounts/login/**")
    here.reload()
    expect(here.get_by_text("This device")).to_be_visible()


def press(page: Page, words: str) -> None:
    """A button that a script answers: once the page has loaded it."""
    button = page.get_by_role("button", name=words)
    expect(button).to_be_visible()
    page.wait_for_load_state("load")
    button.click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")

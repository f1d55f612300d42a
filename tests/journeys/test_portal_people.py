"""The portal's people: a second device, a colleague who helps, somebody who leaves, another language, a reminder."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site, come_in
from tests.journeys.test_typed_text import mailed_link

ANA, JONAS = "ana.ruiz@northwind.example", "jonas.keller@northwind.example"
PORTAL = re.compile(r"^(.*/portal/[^/]+/)")


def open_portal(page: Page, link: str) -> str:
    """Press the button behind the mailed link; the portal's own address comes back."""
    page.goto(link)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/requests/**")
    found = PORTAL.match(page.url)
    assert found
    return found.group(1)


def test_a_second_device_by_code_in_german_without_javascript(person: Callable[..., Page], site: Site) -> None:
    computer = person()
    portal = open_portal(computer, mailed_link(person(), site, ANA))
    phone = person(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="de-DE")
    phone.goto(portal)
    site.forget_mail()
    phone.get_by_role("button", name="Sechsstelligen Code per E-Mail schicken").click()
    code = site.latest_mail(ANA, pattern=r"\b\d{6}\b")
    phone.get_by_label("Sechsstelliger Code").fill(f"{code[:3]} {code[3:]}")
    phone.get_by_role("button", name="Meine Unterlagen öffnen").click()
    expect(phone.get_by_role("heading", name="Zu senden").first).to_be_visible()
    # The first of all is a table, which is filled in on a page of its own.
    first = phone.locator("details.tk-item", has=phone.get_by_label("Das gibt es nicht")).first
    first.locator("summary").click()
    first.get_by_label("Das gibt es nicht").check()
    first.get_by_role("button", name=re.compile("^An Harcourt & Pell LLP senden")).click()
    expect(phone.get_by_text("Sagen Sie in einem Satz, warum")).to_be_visible()
    phone.goto(f"{portal}preferences/")
    expect(phone.get_by_role("heading", name="Einstellungen")).to_be_visible()

    # The computer signs the phone out, and its next click ends at the door.
    computer.goto(f"{portal}devices/")
    check_accessibility(computer)
    computer.get_by_role("button", name="Sign out all other devices").click()
    phone.goto(f"{portal}requests/")
    expect(phone.get_by_role("heading", name="Ihre Unterlagen öffnen")).to_be_visible()


def test_a_colleague_is_given_something_and_a_removed_one_is_out(person: Callable[..., Page], site: Site) -> None:
    staff, ana, jonas = person(), person(), person()
    portal = open_portal(ana, mailed_link(staff, site, ANA))
    ana.goto(f"{portal}people/")
    check_accessibility(ana)
    site.forget_mail()
    share = ana.locator("label.tk-share", has_text="Anyone").first
    title = (share.locator(".form-check-label").text_content() or "").split("Anyone")[0].strip()
    share.locator("input").check()
    ana.get_by_label("Who is to answer").select_option(label="Jonas Keller")
    ana.get_by_role("button", name="Share out").click()
    expect(ana.get_by_text("1 thing given to Jonas Keller")).to_be_visible()

    open_portal(jonas, site.latest_mail(JONAS, pattern=r"https?://\S+/enter/\S+"))
    expect(jonas.get_by_text(title).first).to_be_visible()
    expect(jonas.get_by_role("link", name="People")).to_have_count(0)

    staff.goto("/o/harcourt-pell/clients/?q=northwind")
    staff.get_by_role("link", name=re.compile("Northwind")).first.click()
    staff.get_by_role("link", name="Portal access of Jonas Keller").click()
    check_accessibility(staff)
    staff.get_by_role("button", name="Revoke all").click()
    jonas.reload()
    expect(jonas.get_by_role("heading", name="Open your documents")).to_be_visible()


def test_a_reminder_by_hand_leads_to_the_answer(person: Callable[..., Page], site: Site) -> None:
    staff, ana = person(), person()
    come_in(staff, "maya@harcourtpell.example")
    staff.goto("/o/harcourt-pell/requests/reminders/")
    check_accessibility(staff)
    expect(staff.get_by_role("heading", name="Reminders")).to_be_visible()
    staff.goto("/o/harcourt-pell/requests/")
    staff.get_by_role("link", name="Year-end audit requests").first.click()
    staff.wait_for_load_state("load")  # the link opens a dialog once the scripts are there, and a page before
    site.forget_mail()
    staff.get_by_role("link", name="Send reminder").click()
    dialog = staff.get_by_role("dialog", name="Send a reminder")
    expect(dialog.get_by_text("2 mails go out")).to_be_visible()
    check_accessibility(staff)
    dialog.get_by_label("Jonas Keller").uncheck()
    dialog.get_by_role("button", name="Send to 1 person").click()
    expect(staff.get_by_text("Reminder sent to Ana Ruiz")).to_be_visible()
    open_portal(ana, site.latest_mail(ANA, pattern=r"https?://\S+/enter/\S+"))
    answer = ana.locator("details.tk-item", has=ana.get_by_label("It does not exist")).first
    answer.locator("summary").click()
    title = answer.locator("summary strong").text_content() or ""
    answer.get_by_label("It does not exist").check()
    answer.get_by_label("Note, or the reason").fill("It is on its way by courier.")
    answer.get_by_role("button", name=re.compile("^Send")).click()
    expect(ana.get_by_text("Sent. You hear from us")).to_be_visible()
    staff.get_by_role("link", name="Send reminder").click()
    expect(staff.get_by_role("dialog").get_by_text("PBC-").first).to_be_visible()
    expect(staff.get_by_role("dialog").get_by_text(title)).to_have_count(0)

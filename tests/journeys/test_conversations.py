"""People talk: a mention, its notification, its mail; two browsers at once; what the client never reads."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site, come_in

MAYA, TOMASZ = "maya@harcourtpell.example", "tomasz@harcourtpell.example"
INGRID = "ingrid@harcourtpell.example"
FIRM = "/o/harcourt-pell/"


def open_request(page: Page) -> str:
    """The first request of the demo's list that people talk about."""
    page.goto(f"{FIRM}requests/")
    page.get_by_role("link", name=re.compile("Year-end audit requests")).first.click()
    page.goto(page.url.partition("?")[0] + "?status=submitted")
    href = page.locator("tbody a[href*='/requests/']").first.get_attribute("href")
    assert href
    page.goto(href)
    return page.url


def write(page: Page, text: str, audience: str = "Firm only") -> None:
    composer = page.locator(".tk-composer")
    composer.get_by_label(re.compile(audience)).check()
    composer.get_by_label("Message").fill(text)
    composer.get_by_role("button", name="Send").click()
    expect(page.locator("#comments").get_by_text(text.removeprefix("@"), exact=False).first).to_be_visible()


def test_a_mention_reaches_the_other_browser_and_is_read_in_both_places(
    person: Callable[..., Page], site: Site
) -> None:
    maya, tomasz = come_in(person(), MAYA), come_in(person(), TOMASZ)
    address = open_request(maya)
    check_accessibility(maya)
    tomasz.goto(FIRM)
    tomasz.get_by_role("link", name=re.compile("Notifications")).last.click()  # the bell opens a drawer beside the page
    drawer = tomasz.locator("#told-drawer")
    expect(drawer.get_by_role("heading", name="Notifications")).to_be_visible()
    if drawer.get_by_role("button", name="Mark all read").count():
        drawer.get_by_role("button", name="Mark all read").click()
    expect(drawer.get_by_text("All read")).to_be_visible()
    drawer.get_by_role("link", name="See all").click()
    site.forget_mail()

    # Typed with the list of people, sent to the firm alone.
    field = maya.locator(".tk-composer").get_by_label("Message")
    field.press_sequentially("Please check page 2, @Tom")
    expect(maya.get_by_role("option", name="Tomasz Łuczak")).to_be_visible()
    field.press("Enter")
    expect(field).to_have_value("Please check page 2, @Tomasz Łuczak ")
    maya.locator(".tk-composer").get_by_role("button", name="Send").click()
    expect(maya.locator("#comments .tk-mention", has_text="@Tomasz Łuczak").last).to_be_visible()

    # The other browser hears of it without reloading.
    expect(tomasz.get_by_role("link", name=re.compile("Notifications, 1 unread")).first).to_be_visible()
    expect(tomasz.get_by_text("mentioned you on").first).to_be_visible()
    check_accessibility(tomasz)
    link = site.latest_mail(TOMASZ, pattern=rf"https?://\S+{FIRM}requests/\S+")
    tomasz.goto(link)
    expect(tomasz.get_by_text("Please check page 2").first).to_be_visible()
    expect(tomasz.get_by_role("link", name="Notifications", exact=True).first).to_be_visible()

    # Two browsers on one page: news come in, and what is being typed stays.
    tomasz.locator(".tk-composer").get_by_label("Message").fill("I am still typ")
    maya.goto(address)
    write(maya, "It was only the scan.")
    expect(tomasz.locator("#comments").get_by_text("It was only the scan.")).to_be_visible()
    expect(tomasz.locator(".tk-composer").get_by_label("Message")).to_have_value("I am still typ")

    # A closed tab loses nothing.
    expect(tomasz.get_by_text("Draft saved")).to_be_visible()
    tomasz.goto(FIRM)
    tomasz.evaluate("localStorage.clear()")
    tomasz.goto(address)
    expect(tomasz.locator(".tk-composer").get_by_label("Message")).to_have_value("I am still typ")


def test_one_click_in_the_mail_mutes(person: Callable[..., Page], site: Site) -> None:
    maya = come_in(person(), MAYA)
    open_request(maya)
    site.forget_mail()
    write(maya, "@Priya Raman, have a look.")
    address = site.latest_mail("priya@harcourtpell.example", pattern=r"https?://\S+/mute/[^\s>]+")
    stranger = person(java_script_enabled=False)
    stranger.goto(address)
    stranger.get_by_role("button", name="Mute it").click()
    expect(stranger.get_by_role("heading", name="No more such mails")).to_be_visible()


def test_a_day_of_news_comes_as_one_mail_that_can_end_such_mails(person: Callable[..., Page], site: Site) -> None:
    ingrid, maya = come_in(person(), INGRID), come_in(person(), MAYA)
    ingrid.goto(f"{FIRM}notifications/settings/")
    frequency = ingrid.get_by_label("Somebody mentions you: by mail")
    frequency.select_option(label="Once a day")
    ingrid.get_by_role("button", name="Save").first.click()
    open_request(maya)
    site.forget_mail()
    for words in ("@Ingrid Solheim, the first.", "@Ingrid Solheim, the second."):
        write(maya, words)
    assert site.mails(INGRID) == []

    site.let_time_pass()
    address = site.latest_mail(INGRID, pattern=r"https?://\S+/mute/[^\s>]+")
    (mail,) = site.mails(INGRID)
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mail
    assert "the first." in mail and "the second." in mail
    anybody = person(java_script_enabled=False)
    anybody.goto(address)
    anybody.locator("main form button[type=submit]").first.click()
    ingrid.reload()
    expect(frequency).to_have_value("never")


def test_the_client_reads_what_is_written_to_them_and_nothing_else(person: Callable[..., Page], site: Site) -> None:
    maya = come_in(person(), MAYA)
    address = open_request(maya)
    write(maya, "Between us: the margin looks high.")
    site.forget_mail()
    write(maya, "Could you send page 4 as well?", audience="The client reads it too")
    link = site.latest_mail("ana.ruiz@northwind.example", pattern=r"https?://\S+/enter/\S+")

    ana = person(java_script_enabled=False)
    ana.goto(link)
    ana.locator("main form button[type=submit]").first.click()
    expect(ana.get_by_text("Could you send page 4 as well?").first).to_be_visible()
    expect(ana.get_by_text("Between us")).to_have_count(0)
    ana.get_by_label(re.compile("Message to")).fill("It is on its way.")
    ana.get_by_role("button", name="Send message").click()
    expect(ana.get_by_text("It is on its way.").first).to_be_visible()
    expect(maya.locator("#comments").get_by_text("It is on its way.")).to_be_visible()
    assert maya.url.startswith(address.partition("#")[0])

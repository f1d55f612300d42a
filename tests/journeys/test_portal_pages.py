"""Every page of the portal, as people meet it who cannot see it well: wide and narrow, in both languages."""

import re
from collections.abc import Callable, Iterable

from django.utils.crypto import salted_hmac
from playwright.sync_api import Page

from portal.urls import urlpatterns
from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site
from tests.journeys.test_portal_people import ANA, PORTAL, open_portal
from tests.journeys.test_typed_text import mailed_link

WIDTHS = [1280, 390]
LOCALES = {"en": "en-GB", "de": "de-DE"}
PAGES = {
    "portal_entry", "portal_code", "portal_link", "portal_mails_off",
    "portal_home", "portal_request", "portal_receipt", "portal_receipts", "portal_list_files", "portal_devices",
    "portal_preferences", "portal_people", "portal_colleague_create", "portal_conversation",
}  # fmt: skip
#: What is only posted, and leads on to one of the pages; files; a stylesheet.
NO_PAGES = {
    "portal_brand_css", "portal_logo", "portal_download", "portal_receipt_text", "portal_receipts_text",
    "portal_link_request", "portal_code_request", "portal_sign_out", "portal_language", "portal_other_devices_revocation",
    "portal_device_revocation", "portal_sharing", "portal_upload", "portal_upload_removal", "portal_upload_begin",
    "portal_upload_piece", "portal_upload_completion", "portal_list_files_begin", "portal_list_files_matching",
    "portal_rows", "portal_submission", "portal_comment", "portal_draft",
}  # fmt: skip


def test_everybody_can_use_every_page_of_the_portal(person: Callable[..., Page], site: Site) -> None:
    assert {path.name for path in urlpatterns} == PAGES | NO_PAGES
    staff = person()
    link = mailed_link(staff, site, ANA)
    found = PORTAL.match(link)
    assert found
    portal = found.group(1)
    access = staff.get_by_role("link", name="Portal access of Ana Ruiz").get_attribute("href") or ""
    contact = access.split("/")[-3]
    at_the_door = [portal, f"{portal}code/", link, f"{portal}enter/spent/", turned_off(site, portal, contact)]
    for language, locale in LOCALES.items():
        check_pages(person(locale=locale), at_the_door, language)
    ana = person()
    open_portal(ana, link)
    inside = pages_inside(ana, portal)
    check_pages(ana, inside, "en")
    check_pages(person(locale=LOCALES["de"], storage_state=ana.context.storage_state()), inside, "de")


def turned_off(site: Site, portal: str, contact: str) -> str:
    """The address at the foot of a reminder by the clock, which no journey waits for."""
    secret = (site.mail.parent / "secret-key").read_text().strip()
    token = salted_hmac("portal.mails_off", contact, secret=secret, algorithm="sha256").hexdigest()[:40]
    return f"{portal}mails/off/{token}/"


def pages_inside(page: Page, portal: str) -> list[str]:
    """Those of somebody signed in; of requests some that wait, one that is answered."""
    page.goto(f"{portal}requests/")
    hrefs = " ".join(page.locator("main a[href]").evaluate_all("links => links.map(link => link.href)"))
    waiting = list(dict.fromkeys(re.findall(r"\S+/requests/[-0-9a-f]{36}/", hrefs)))[:2]
    answered = page.locator(".tk-feed a").first.evaluate("link => link.href")
    talk = answered.replace("/requests/", "/request/") + "messages/"
    names = ["requests/", "receipt/", "devices/", "preferences/", "people/", "people/new/"]
    many = re.findall(r"\S+/lists/\S+?/files/", hrefs)[:1]
    return [*(portal + name for name in names), *many, *waiting, answered, f"{answered}receipt/", talk]


def check_pages(page: Page, addresses: Iterable[str], language: str) -> None:
    """axe finds nothing serious on any, and nothing sticks out at the side of a phone."""
    for address in addresses:
        answer = page.goto(address)
        assert answer and answer.status in (200, 410), address
        assert (page.locator("html").get_attribute("lang") or "")[:2] == language, address
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            check_accessibility(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} at {width}"

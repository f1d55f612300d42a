"""People, firms and who may do what, in real browsers."""

from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import APIRequestContext, Page, expect

from organizations.permissions import Permission
from tests.isolation.pages import ORGANIZATION_PAGES, nobodys_objects
from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site, come_in
from tests.journeys.test_signing_in_safely import confirm, enter

HARCOURT, OKAFOR = "/o/harcourt-pell", "/o/okafor-bookkeeping"
NEW_PASSWORD = "four unrelated words here"


def sign_up(page: Page, site: Site, name: str, email: str) -> None:
    """On the sign-up page; ends signed in, with the address confirmed."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Work email").fill(email)
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    page.goto(site.latest_mail(email))
    page.get_by_role("button", name="Confirm address").click()


def test_an_invitation_opened_by_the_wrong_person_and_accepted_by_a_new_one(
    person: Callable[..., Page], site: Site
) -> None:
    newcomer = "nora.new@elsewhere.example"
    admin = come_in(person(), "maya@harcourtpell.example")
    admin.goto(f"{HARCOURT}/members/invitations/")
    admin.get_by_label("E-mail addresses").fill(newcomer)
    admin.get_by_role("button", name="Send invitations").click()
    expect(admin.get_by_text("Invitation sent.")).to_be_visible()
    check_accessibility(admin)
    link = site.latest_mail(newcomer, pattern=r"https?://\S+/invitations/\S+")

    page = come_in(person(), "chidi@okafor.example")
    page.goto(link)
    expect(page.get_by_text("You are signed in as somebody else")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("chidi@okafor.example")
    expect(page.get_by_role("main")).to_contain_text(newcomer)
    check_accessibility(page)
    page.get_by_role("button", name="Sign out and switch").click()
    page.get_by_role("link", name="I am new: make an account").click()
    sign_up(page, site, "Nora New", newcomer)
    page.get_by_role("button", name="Join Harcourt & Pell LLP").click()
    page.wait_for_url(f"**{HARCOURT}/")
    expect(page.get_by_text("Welcome to Harcourt & Pell LLP")).to_be_visible()


def test_joining_by_a_domain_waits_for_an_answer(person: Callable[..., Page], site: Site) -> None:
    admin = come_in(person(), "ngozi@okafor.example")
    admin.goto(f"{OKAFOR}/members/domains/")
    admin.get_by_role("textbox", name="Domain").fill("okafor.example")
    admin.get_by_role("button", name="Add domain").click()
    admin.get_by_label("Address on the domain").fill("post@okafor.example")
    admin.get_by_role("button", name="Send a code").click()
    expect(admin.get_by_text("A code was sent to post@okafor.example")).to_be_visible()
    admin.get_by_label("Code").fill(site.latest_mail("post@okafor.example", pattern=r"\b\d{8}\b"))
    admin.get_by_role("button", name="Enter the code").click()
    expect(admin.get_by_text("okafor.example is proven")).to_be_visible()
    admin.locator("[name=auto_join_role]").select_option(label="Join as viewer")
    admin.locator("[name=verification_required]").check()
    with admin.expect_navigation():
        admin.get_by_role("button", name="Save joining").click()
    check_accessibility(admin)

    page = person()
    page.goto("/accounts/signup/")
    sign_up(page, site, "Uche Eze", "uche@okafor.example")
    page.goto("/firms/")
    expect(page.get_by_role("heading", name="Your firm is already here")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Ngozi")
    check_accessibility(page)
    page.get_by_role("button", name="Ask to join Okafor Bookkeeping").click()
    expect(page.get_by_text("Waiting for the firm")).to_be_visible()

    admin.goto(f"{OKAFOR}/members/")
    admin.get_by_role("button", name="Let in Uche Eze").click()
    expect(admin.get_by_text("Uche Eze is in, as viewer")).to_be_visible()
    page.goto(f"{OKAFOR}/")
    expect(page.get_by_role("button", name="Your account, Uche Eze").first).to_be_attached()


def test_two_firms_in_two_tabs_never_cross(person: Callable[..., Page], site: Site) -> None:
    admin = come_in(person(), "ngozi@okafor.example")
    admin.goto(f"{OKAFOR}/members/invitations/")
    admin.get_by_label("E-mail addresses").fill("priya@harcourtpell.example")
    admin.get_by_role("button", name="Send invitations").click()
    one = person()
    enter(one, "priya@harcourtpell.example")
    one.get_by_role("button", name="Join Okafor Bookkeeping").click()
    one.wait_for_url(f"**{OKAFOR}/")
    two = one.context.new_page()
    two.goto(f"{HARCOURT}/clients/")
    one.goto(f"{OKAFOR}/clients/")
    theirs = two.locator("tbody a.tk-name").all_inner_texts()
    ours = one.locator("tbody a.tk-name").all_inner_texts()
    assert theirs and ours and not set(theirs) & set(ours)
    address = two.locator("tbody a.tk-name").first.get_attribute("href") or ""
    answer = one.goto(address.replace(HARCOURT, OKAFOR))
    assert answer and answer.status == 404
    two.reload()
    assert two.locator("tbody a.tk-name").all_inner_texts() == theirs


def test_a_denied_permission_takes_the_buttons_and_the_pages(person: Callable[..., Page], site: Site) -> None:
    admin = come_in(person(), "eleanor@harcourtpell.example")
    admin.goto(f"{HARCOURT}/members/")
    admin.get_by_role("link", name="Ingrid Solheim").click()
    admin.get_by_label("Add, edit, import and archive clients").select_option("deny")
    admin.get_by_role("button", name="Save exceptions").click()
    expect(admin.get_by_text("Denied for this member, whatever their roles say.")).to_be_visible()
    check_accessibility(admin)

    page = come_in(person(), "ingrid@harcourtpell.example")
    page.goto(f"{HARCOURT}/clients/")
    expect(page.get_by_role("link", name="Add client")).to_have_count(0)
    for path in ("clients/new/", "clients/import/"):
        answer = page.goto(f"{HARCOURT}/{path}")
        assert answer and answer.status == 403
    check_accessibility(page)
    page.get_by_role("button", name="Ask for access").click()
    expect(page.get_by_text("to let you: Add, edit, import and archive clients")).to_be_visible()
    assert site.latest_mail("maya@harcourtpell.example", pattern="asks for access")

    admin.goto(f"{HARCOURT}/members/roles/")
    admin.wait_for_load_state("load")
    admin.get_by_label("Engagement senior: Read the audit log").check()
    expect(admin.get_by_text("1 change not saved. It applies to 1 person at once.")).to_be_visible()
    check_accessibility(admin)


def token_for_clients(page: Page) -> str:
    page.goto(f"{HARCOURT}/tokens/new/")
    confirm(page)
    page.get_by_label("What it is for").fill("A list of clients")
    page.get_by_label("See clients and contacts").check()
    page.get_by_role("button", name="Make token").click()
    return page.locator("#token").inner_text()


def places_behind(lost: set[Permission]) -> list[str]:
    """Every page, partial, export and act of a firm that asks for one of these: the guard comes before any object."""
    behind = [place for place in ORGANIZATION_PAGES if place.view.required_permission in lost]
    return [reverse(place.name, urlconf="config.urls.organization", kwargs=nobodys_objects(place)) for place in behind]


def answer_of(program: APIRequestContext, address: str, token: str) -> int:
    """By the verb it takes. A form without its token would be refused as well, and prove nothing."""
    answer = program.get(address)
    if answer.status == 405:
        answer = program.post(address, headers={"X-CSRFToken": token})
    assert "This page was open too long" not in answer.text()
    return answer.status


def test_what_a_role_of_the_firms_own_no_longer_allows_is_denied_everywhere(
    person: Callable[..., Page], site: Site
) -> None:
    owner = come_in(person(java_script_enabled=False), "eleanor@harcourtpell.example")
    owner.goto(f"{HARCOURT}/members/roles/")
    check = owner.get_by_label("Client intake: See clients and contacts")
    check.check()
    owner.get_by_role("button", name="Save roles").click()
    expect(owner.get_by_text("Client intake saved")).to_be_visible()
    owner.goto(f"{HARCOURT}/members/")
    owner.get_by_role("link", name="Carla Mendes").click()
    owner.get_by_label("Client intake").check()
    owner.get_by_role("button", name="Save roles").click()

    page = come_in(person(), "carla@harcourtpell.example")
    page.goto(f"{HARCOURT}/")
    page.get_by_role("link", name="Clients", exact=True).first.click()
    client = page.locator("tbody a.tk-name").first.get_attribute("href") or ""
    page.goto(client)
    edit = page.get_by_role("link", name="Edit", exact=True).get_attribute("href") or ""
    program, api = page.context.request, f"{site.url}/api/v1/o/harcourt-pell/clients/"
    header = {"Authorization": f"Bearer {token_for_clients(page)}"}
    assert program.get(api, headers=header).status == 200

    owner.goto(f"{HARCOURT}/members/roles/")
    check.uncheck()
    owner.get_by_label("Client intake: Add, edit, import and archive clients").uncheck()
    owner.get_by_role("button", name="Save roles").click()
    expect(check).not_to_be_checked()
    page.goto(f"{HARCOURT}/")
    expect(page.get_by_role("link", name="Clients", exact=True)).to_have_count(0)
    token = next(str(cookie["value"]) for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    lost = places_behind({Permission.VIEW_CLIENTS, Permission.MANAGE_CLIENTS})
    assert len(lost) > 30
    answers = {address: answer_of(program, f"{site.url}{HARCOURT}{address}", token) for address in lost}
    assert set(answers.values()) == {403}, answers
    assert [program.get(f"{site.url}{address}").status for address in (client, edit)] == [403, 403]
    assert program.get(api, headers=header).status == 403


def test_a_program_gets_a_token_and_it_ends(person: Callable[..., Page], site: Site) -> None:
    page = come_in(person(), "hugh@harcourtpell.example")
    page.goto(f"{HARCOURT}/tokens/")
    page.get_by_role("link", name="New token").click()
    confirm(page)
    page.get_by_label("What it is for").fill("Month-end script")
    page.get_by_label("See clients and contacts").check()
    check_accessibility(page)
    page.get_by_role("button", name="Make token").click()
    token = page.locator("#token").inner_text()
    check_accessibility(page)
    program = page.context.request
    header = {"Authorization": f"Bearer {token}"}
    clients = f"{site.url}/api/v1/o/harcourt-pell/clients/"
    assert program.get(clients, headers=header).status == 200
    assert program.get(f"{site.url}/api/v1/o/okafor-bookkeeping/clients/", headers=header).status == 404
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("button", name="End Month-end script").click()
    expect(page.get_by_text("Month-end script works no more")).to_be_visible()
    check_accessibility(page)
    assert program.get(clients, headers=header).status == 401


def test_a_provider_is_connected_signs_in_and_is_removed(person: Callable[..., Page], site: Site) -> None:
    carla = "carla@harcourtpell.example"
    site.provider.claims = {"sub": "00u-carla", "email": carla, "email_verified": True, "name": "Carla Mendes"}
    page = come_in(person(), carla)
    page.goto("/accounts/second-factor/")
    page.get_by_role("button", name="Connect Harcourt ID").click()
    done, asked = page.get_by_text(f"as {carla}"), page.locator("input[name=password]")
    expect(done.or_(asked)).to_be_visible()
    if asked.is_visible():  # unless she has signed in a moment ago
        confirm(page)
    expect(done).to_be_visible()
    expect(page.get_by_text("You can sign in with Harcourt ID from now on.")).to_be_visible()
    check_accessibility(page)

    other = person()
    other.goto("/accounts/login/")
    other.get_by_role("button", name="Continue with Harcourt ID").click()
    other.wait_for_url("**/o/**")

    page.get_by_role("button", name="Remove Harcourt ID").click()
    expect(page.get_by_text("Not connected")).to_be_visible()

"""Adding, confirming, choosing and removing one's addresses."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.tests.mail import link_in, newest_mail
from accounts.tests.test_sign_in import enter
from tenancy.context import IDENTITY, surface
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

EMAIL, SECOND = "/accounts/email/", "sam@second.example"


@pytest.fixture
def browser(client, cast):
    enter(client, cast.stranger)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def addresses(person):
    with surface(IDENTITY):
        return {row.email: (row.verified, row.primary) for row in EmailAddress.objects.filter(user=person)}


def add(browser, email=SECOND):
    return browser.post(EMAIL, {"action_add": "", "email": email})


def test_a_second_address_is_added_confirmed_and_made_the_main_one(browser, cast):
    assert add(browser).url == EMAIL
    assert "Not confirmed" in browser.get(EMAIL).content.decode()
    browser.post(EMAIL, {"action_primary": "", "email": SECOND})
    assert addresses(cast.stranger)[SECOND] == (False, False)
    browser.post(link_in(newest_mail(SECOND)))
    browser.post(EMAIL, {"action_primary": "", "email": SECOND})
    assert addresses(cast.stranger) == {cast.stranger.email: (True, False), SECOND: (True, True)}
    assert newest_mail(cast.stranger.email).subject == "Your main address was changed"


def test_an_address_is_removed_and_the_old_one_is_told(browser, cast):
    add(browser)
    browser.post(EMAIL, {"action_remove": "", "email": SECOND})
    assert addresses(cast.stranger) == {cast.stranger.email: (True, True)}
    assert newest_mail(cast.stranger.email).subject == "An address was removed"


def test_the_main_address_cannot_be_removed(browser, cast):
    browser.post(EMAIL, {"action_remove": "", "email": cast.stranger.email})
    assert addresses(cast.stranger) == {cast.stranger.email: (True, True)}


def test_adding_somebody_elses_address_is_answered_alike_and_never_confirmed(browser, cast):
    assert add(browser, cast.operator.email).url == EMAIL
    page = browser.get(link_in(newest_mail(cast.operator.email))).content.decode()
    assert "was confirmed by another account" in page


def test_an_address_that_an_unconfirmed_account_uses_cannot_become_the_main_one(browser, cast):
    with surface(IDENTITY):
        User.objects.create_user(SECOND, "some other words here", full_name="Never Confirmed")
    add(browser)
    browser.post(link_in(newest_mail(SECOND)))
    response = browser.post(EMAIL, {"action_primary": "", "email": SECOND}, follow=True)
    assert "Nothing was changed" in response.content.decode()
    assert addresses(cast.stranger)[cast.stranger.email] == (True, True)


def test_nobody_collects_addresses(browser, cast):
    for number in range(1, 6):
        add(browser, f"sam@second{number}.example")
    assert "Remove one to add another" in browser.get(EMAIL).content.decode()
    assert len(addresses(cast.stranger)) == 5


def test_nobody_touches_another_persons_address(browser, cast):
    browser.post(EMAIL, {"action_remove": "", "email": cast.ours.owner.email})
    with surface(IDENTITY):
        assert EmailAddress.objects.filter(email=cast.ours.owner.email).exists()

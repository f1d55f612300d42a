"""Every page of people whose address names something, asked by one person with what is another's.

These run partly as the sign-in role, which sees everybody: there the page itself is the only wall.
"""

import itertools
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse

from conversations.models import NotificationMute
from conversations.mutes import MuteLink
from tests.cast import PASSWORD, Cast, Firm
from tests.isolation.pages import ROOT_PAGES, VERBS, Page
from tests.isolation.people import belongings, kept_of
from tests.isolation.rows import changed, watch
from tests.isolation.visits import neutral

pytestmark = pytest.mark.django_db

#: Page → the other person's object in its address.
NAMED: dict[str, Callable[[Firm, dict[str, Any]], dict[str, Any]]] = {
    "own_picture": lambda firm, theirs: {"file": firm.viewer.avatar.rpartition("/")[2].partition(".")[0]},
    "data_export_file": lambda firm, theirs: {"export_id": theirs["export"].pk},
    "openid_connect_removal": lambda firm, theirs: {"account_id": theirs["provider_account"].pk},
    "account_device_end": lambda firm, theirs: {"device_id": theirs["session"].pk},
    "trusted_device_removal": lambda firm, theirs: {"device_id": theirs["trusted_device"].pk},
    "mfa_edit_webauthn": lambda firm, theirs: {"pk": theirs["passkey"].pk},
    "mfa_remove_webauthn": lambda firm, theirs: {"pk": theirs["passkey"].pk},
    "firm_joining": lambda firm, theirs: {"organization_id": firm.organization.pk},
    "invitation_acceptance": lambda firm, theirs: {"invitation_id": firm.invitation.pk},
}
#: Pages whose address names nobody's row: a secret that a mail has brought, or a sign-in provider of the installation.
BY_SECRET = {
    "account_reset_password_from_key", "account_confirm_email", "account_unlock", "invitation_detail", "mute_link",
    "shared_scope", "shared_scope_passcode", "shared_scope_acceptance", "shared_scope_pdf",
}  # fmt: skip
OF_ALL = {"openid_connect_login", "openid_connect_callback", "openid_connect_connect"}


def test_every_page_that_names_something_is_asked_for() -> None:
    assert {page.name for page in ROOT_PAGES} == NAMED.keys() | BY_SECRET | OF_ALL


@pytest.mark.parametrize("place", [page for page in ROOT_PAGES if page.name in NAMED], ids=lambda place: place.name)
def test_what_is_another_persons_is_not_found(cast: Cast, place: Page) -> None:
    theirs = belongings(cast.theirs.viewer)
    address = reverse(place.name, kwargs=NAMED[place.name](cast.theirs, theirs))
    mine = just_confirmed(cast)
    kept, before = kept_of(cast.theirs.viewer), watch()
    for verb in [
        verb for verb in VERBS if verb != "options"
    ]:  # which verbs there are is told before anything is looked for
        response = getattr(mine, verb)(address, {"name": "Mine now"})
        assert response.status_code in (403, 404, 405)
        for word in (cast.theirs.viewer.email, cast.theirs.organization.name, "A phone of theirs"):
            assert word.encode() not in b"".join(response)
        assert getattr(Browser(), verb)(address).status_code in (302, 404, 405)
    assert kept_of(cast.theirs.viewer) == kept
    assert not changed(before)


def just_confirmed(cast: Cast) -> Browser:
    """Otherwise some pages would lead to the password and never come to look."""
    browser = cast.browser(cast.ours.owner)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser


def test_a_link_in_a_mail_reaches_nothing_of_another_firm(cast: Cast) -> None:
    """Only we can sign one; even so it acts inside the firm it names, for a member there, on what that member sees."""
    ours, theirs, kind = cast.ours, cast.theirs, "request"
    before = watch()
    for link in (
        MuteLink(ours.organization.pk, ours.owner.pk, kind, str(theirs.pending.pk)),
        MuteLink(ours.organization.pk, theirs.owner.pk, kind, str(ours.pending.pk)),
        MuteLink(theirs.organization.pk, ours.owner.pk, kind, str(theirs.pending.pk)),
    ):
        assert Browser().post(link.address).status_code == 200
    assert not changed(before)
    assert Browser().post(MuteLink(ours.organization.pk, ours.owner.pk, kind, str(ours.pending.pk)).address)
    with ours.inside():
        assert NotificationMute.objects.filter(scope_id=ours.pending.pk).exists()


def test_a_shared_scope_opens_in_its_own_firm_alone(cast: Cast) -> None:
    """Their secret under our address is word for word like a secret nobody has, for every page of it and every verb."""
    ours, theirs, before = cast.ours, cast.theirs, watch()
    pages = [page for page in ROOT_PAGES if "secret" in page.arguments and "firm_id" in page.arguments]
    assert len(pages) == 4
    for page, verb in itertools.product(pages, ("get", "post")):
        answers = []
        for firm_id, secret in (
            (ours.organization.pk, theirs.share_secret),
            (uuid4(), theirs.share_secret),
            (uuid4(), "x"),
        ):
            response = getattr(Browser(), verb)(reverse(page.name, kwargs={"firm_id": firm_id, "secret": secret}))
            assert response.status_code in (404, 405)
            answers.append((response.status_code, neutral(response.content)))
        assert len(set(answers)) == 1, page.name
    assert not changed(before)
    page = Browser().get(
        reverse("shared_scope", kwargs={"firm_id": theirs.organization.pk, "secret": theirs.share_secret})
    )
    assert page.status_code == 200 and theirs.organization.name in page.text

"""Who lacks the second factor a firm asks for is named to those who manage members, and reminded once a day."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.utils import timezone

from billing.tests.plans import exception
from organizations import seats
from organizations.models import Organization
from organizations.sign_in_policy import SignInPolicy
from tenancy.context import IDENTITY, surface
from tests.cast import Cast, came_by, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
MFA = {"method": "mfa", "type": "totp"}


def enrol(*people: object) -> None:
    with surface(IDENTITY):
        for person in people:
            Authenticator.objects.create(user_id=person.user_id, type="totp", data={"secret": "x"})  # type: ignore[attr-defined]


def test_whoever_lacks_one_is_named_and_reminded(cast: Cast) -> None:
    ours, place = cast.ours, cast.ours.url("second_factor_reminder")
    browser = came_by(ours.admin, MFA)
    assert "without a second factor" not in browser.get(ours.url("member_list")).text
    assert "has one" in browser.post(place, follow=True).text
    with ours.inside():
        SignInPolicy(mfa_from=timezone.localdate() + timedelta(days=30)).save(Organization.objects.get())
    assert "5 members sign in without a second factor" in browser.get(ours.url("member_list")).text
    enrol(ours.owner, ours.admin, ours.member, ours.members["billing"])
    assert "Viewer Harcourt signs in without a second factor" in browser.get(ours.url("member_list")).text
    assert "sign in without" not in signed_in(ours.viewer).get(ours.url("member_list")).text
    assert "Reminded Viewer Harcourt" in browser.post(place, follow=True).text
    assert "Nothing was sent" in browser.post(place, follow=True).text
    run_jobs()
    assert [message.to for message in mail.outbox] == [["viewer@harcourt.example"]]
    assert "/accounts/second-factor/" in mail.outbox[0].body


def test_the_seats_that_are_free_are_counted_with_invitations(cast: Cast) -> None:
    browser = signed_in(cast.ours.owner)
    for left, words in ((1, "1 seat free"), (-1, "0 seats free")):
        with cast.ours.inside():
            exception("seats", seats.seats_used() + left)
        assert words in browser.get(cast.ours.url("member_list")).text

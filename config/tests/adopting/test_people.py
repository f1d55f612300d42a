"""Whoever is listed in a set is a member once they have shown who they are."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from clients.models import Client
from config.tests.adopting.sets import adopt, inside, refused, write
from organizations.invitations import accept
from organizations.lookups import my_invitations
from organizations.models import Invitation, Membership
from tenancy.context import IDENTITY, acting_as, surface

pytestmark = pytest.mark.django_db


def test_nobody_gets_in_by_being_listed(small):
    adopt(small)
    with inside():
        nia = Membership.with_deleted.get(display_name="Nia")
        assert nia.deleted_at is not None
        assert list(Invitation.objects.pending().values_list("email", "role")) == [("new@there.example", "admin")]
    with surface(IDENTITY):
        account = User.objects.get(email="new@there.example")
        assert not User.objects.only("password").get(pk=account.pk).has_usable_password()


def test_whoever_accepts_gets_the_membership_of_the_set(small):
    adopt(small)
    with surface(IDENTITY):
        account = User.objects.get(email="new@there.example")
        EmailAddress.objects.filter(user=account).update(verified=True)
    with acting_as(account):
        [offer] = my_invitations()
    member = accept(offer, by=account)
    with inside(account):
        assert Client.objects.get(code="BAK").created_by == member
    adopt(small)
    with inside(account):
        assert Membership.objects.get(user=account.pk).pk == member.pk
        assert not Invitation.objects.pending().exists()


def test_an_address_that_nobody_confirmed_is_invited_only(small, cast):
    with surface(IDENTITY):
        User.objects.create_user("new@there.example", "a-squatters-password", full_name="Squatter")
    adopt(small)
    with inside():
        owner = Membership.objects.get()
        assert (owner.user_id, owner.joined_as) == (cast.stranger.pk, cast.stranger.email)


def test_passwords_are_refused(small):
    write(small, "members", "id,email,display_name,role,password", "1,a@there.example,A,owner,argon2")
    assert "members.csv, password: Passwords and other secrets are never taken over" in refused(small)


def test_a_firm_needs_an_owner(small):
    write(small, "members", "id,email,display_name,role", "2,a@there.example,A,admin")
    assert "needs a member with the role owner" in refused(small)

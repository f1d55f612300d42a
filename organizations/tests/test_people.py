"""What a firm shows of a person follows what the person changes."""

from datetime import timedelta
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.db import OperationalError
from django.utils import timezone

from accounts.models import User
from accounts.person_changes import person_changed
from accounts.tests.test_sign_in import enter
from audit.models import AuditLog
from clients.models import Client, ClientAssignment, ClientGrant
from organizations import people, people_jobs
from organizations.models import Invitation, Membership
from organizations.mounts import root_url
from organizations.people import copy_to_memberships
from tenancy.context import IDENTITY, acting_as, surface, tenant
from tests.cast import PASSWORD, Cast, signed_in
from tests.isolation.rows import changed, snapshot
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
NEW = "member@new.example"
TWO_MINUTES = timedelta(minutes=2)


def account_of(member: Membership) -> User:
    with surface(IDENTITY):
        return User.objects.get(pk=member.user_id)


def memberships(cast: Cast) -> list[Membership]:
    """Of our member, in both firms."""
    found = []
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            found += Membership.with_deleted.filter(user=cast.ours.member.user_id)
    return found


@pytest.fixture
def in_both(cast: Cast) -> Cast:
    """Our member was in the other firm too, and is suspended there."""
    with tenant(cast.theirs.organization):
        Membership.objects.create(
            user_id=cast.ours.member.user_id, display_name="Old name", email="old@x.example", status="suspended"
        )
    return cast


def test_a_new_main_address_reaches_every_firm(in_both: Cast, client, django_capture_on_commit_callbacks) -> None:
    person = account_of(in_both.ours.member)
    with surface(IDENTITY):
        EmailAddress.objects.create(user=person, email=NEW, verified=True)
    enter(client, person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/email/", {"action_primary": "", "email": NEW})
    assert {member.email for member in memberships(in_both)} == {NEW}
    assert NEW in signed_in(in_both.ours.owner).get(in_both.ours.url("member_list")).text


def test_a_new_name_reaches_every_firm_and_its_audit_trail(in_both: Cast) -> None:
    person = account_of(in_both.ours.member)
    person.full_name = "Mary Newname"
    copy_to_memberships(person)
    assert [member.display_name for member in memberships(in_both)] == ["Mary Newname"] * 2
    with in_both.theirs.inside():
        line = AuditLog.objects.filter(resource_type="organization_memberships").latest("created_at")
    assert line.new_values["display_name"] == "Mary Newname"


def rename(person: Membership) -> None:
    """As the profile page does, less the copying that follows the commit: whoever served it died there."""
    with acting_as(person.user_id):
        user = User.objects.get(pk=person.user_id)
        user.full_name = "Mary Newname"
        user.save(update_fields=["full_name"])
        person_changed(user)


def test_copies_that_did_not_follow_the_commit_are_made_by_a_job(in_both: Cast) -> None:
    rename(in_both.ours.member)
    assert {member.display_name for member in memberships(in_both)} == {"Member Harcourt", "Old name"}
    run_jobs(later=TWO_MINUTES)
    assert [member.display_name for member in memberships(in_both)] == ["Mary Newname"] * 2


def test_the_sign_in_roles_change_has_its_job_too(in_both: Cast) -> None:
    person = account_of(in_both.ours.member)
    with surface(IDENTITY):
        User.objects.filter(pk=person.pk).update(email=NEW)
        person_changed(person)
    run_jobs(later=TWO_MINUTES)
    assert {member.email for member in memberships(in_both)} == {NEW}


def test_a_worker_that_dies_between_two_firms_is_followed_by_one_that_goes_on(in_both: Cast, monkeypatch) -> None:
    def dies(user: User, organization: UUID) -> None:
        if organization == in_both.theirs.organization.pk:
            raise OperationalError("the line went dead")
        copy(user, organization)

    copy = people.copy_to_firm
    rename(in_both.ours.member)
    with monkeypatch.context() as patch, pytest.raises(OperationalError):
        patch.setattr(people, "copy_to_firm", dies)
        run_jobs(later=TWO_MINUTES)
    for firm in (in_both.ours, in_both.theirs):
        people_jobs.copy_person_to_firm.run(user_id=str(in_both.ours.member.user_id), firm_id=str(firm.organization.pk))
    assert [member.display_name for member in memberships(in_both)] == ["Mary Newname"] * 2


def test_the_jobs_of_copies_are_tried_again() -> None:
    for job in (people_jobs.copy_person, people_jobs.copy_person_to_firm):
        assert job.task.retry_strategy.max_attempts == 5


def test_a_copy_that_is_true_already_writes_nothing(in_both: Cast) -> None:
    rename(in_both.ours.member)
    run_jobs(later=TWO_MINUTES)
    before = snapshot()
    people_jobs.copy_person.run(user_id=str(in_both.ours.member.user_id))
    run_jobs(later=TWO_MINUTES)
    assert not changed(before)


def test_nobody_elses_membership_changes(in_both: Cast) -> None:
    person = account_of(in_both.ours.member)
    person.full_name = "Mary Newname"
    copy_to_memberships(person)
    with in_both.ours.inside():
        assert Membership.objects.filter(display_name="Mary Newname").count() == 1


def test_a_deleted_person_leaves_every_firm(in_both: Cast) -> None:
    person = account_of(in_both.ours.member)
    person.deleted_at = timezone.now()
    for firm in (in_both.ours, in_both.theirs):
        with firm.inside():
            Membership.objects.filter(user=person).update(joined_as=person.email)
    copy_to_memberships(person)
    assert all(member.deleted_at and not member.joined_as for member in memberships(in_both))


def test_who_comes_back_starts_with_what_the_role_gives(cast: Cast) -> None:
    old = cast.ours.member
    with cast.ours.inside():
        Client.objects.update(access="assigned")
        Membership.objects.filter(pk=old.pk).update(permissions={"manage_firm": True})
        assert ClientGrant.objects.filter(user=old).exists() and ClientAssignment.objects.filter(member=old).exists()
    signed_in(cast.ours.owner).post(cast.ours.url("member_removal", member_id=old.pk))
    with cast.ours.inside():
        Invitation.objects.update(email=old.email, role="member")
    browser = signed_in(old)
    browser.post(root_url("invitation_detail", token=cast.ours.invitation_token))
    assert browser.get(cast.ours.url("today")).status_code == 200
    assert browser.get(cast.ours.url("firm_settings")).status_code == 403
    assert browser.get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)).status_code == 404
    with cast.ours.inside():
        assert not ClientGrant.objects.filter(user=old).exists()
        assert not ClientAssignment.objects.filter(member=old).exists()

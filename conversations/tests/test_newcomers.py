"""Who asks to join, and who has: told to those who decide it, and to nobody else."""

from typing import Any

import pytest
from django.core import mail

from conversations import inbox
from conversations.models import Notification, NotificationPace
from conversations.tests.test_notifications import say, wants
from organizations.models import Membership, OrganizationDomain
from organizations.mounts import root_url
from tests.cast import Cast, make_user, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def told(cast: Cast) -> set[tuple[str, str, str]]:
    with cast.ours.inside():
        rows = Notification.objects.filter(subject_kind="newcomer")
        return set(rows.values_list("member__role", "event", "why"))


def ask_to_join(cast: Cast) -> None:
    newcomer = make_user("nina@staff-harcourt.example", "Nina Newcomer")
    signed_in(newcomer).post(root_url("firm_joining", organization_id=cast.ours.organization.pk))


def test_who_asks_to_join_is_told_to_those_who_let_people_in(cast: Cast, sign_in: Any) -> None:
    ask_to_join(cast)
    assert told(cast) == {("owner", "join_asked", "manages"), ("admin", "join_asked", "manages")}
    page = sign_in(cast.ours.admin).get(cast.ours.url("notification_list")).text
    assert "<strong>Nina Newcomer</strong> asks to join Harcourt &amp; Pell LLP" in page
    run_jobs()
    asked = [message for message in mail.outbox if message.to == [cast.ours.admin.email]]
    assert len(asked) == 1  # the question itself, and no notification of it


def test_who_joins_by_their_address_is_told_too(cast: Cast) -> None:
    with cast.ours.inside():
        OrganizationDomain.objects.filter(pk=cast.ours.domain.pk).update(verification_required=False)
    ask_to_join(cast)
    assert told(cast) == {("owner", "joined", "manages"), ("admin", "joined", "manages")}


def test_an_accepted_invitation_is_told_to_who_sent_it(cast: Cast) -> None:
    newcomer = make_user("newcomer@harcourt.example", "New Comer")
    signed_in(newcomer).post(root_url("invitation_detail", token=cast.ours.invitation_token))
    assert told(cast) == {("admin", "joined", "invited")}


def test_whoever_manages_nobody_any_more_sees_and_counts_nothing_of_it(cast: Cast) -> None:
    ask_to_join(cast)
    with cast.ours.inside():
        admin = cast.ours.admin
        assert inbox.unread_count(admin) == 1
        Membership.objects.filter(pk=admin.pk).update(role="member")
        assert inbox.unread_count(Membership.objects.select_related("organization").get(pk=admin.pk)) == 0


def test_nobody_writes_about_a_newcomer(cast: Cast, sign_in: Any) -> None:
    address = cast.ours.url("conversation_detail", kind="newcomer", subject_id=cast.ours.viewer.pk)
    assert sign_in(cast.ours.admin).get(address).status_code == 404


def test_a_project_has_a_pace_of_its_own(cast: Cast, sign_in: Any) -> None:
    wants(cast, "commented", mails="instant")
    with cast.ours.inside():
        project = cast.ours.project
        NotificationPace.objects.create(
            member=cast.ours.member, scope="project", scope_id=project.pk, label=project.name, mail="weekly"
        )
    say(cast, "I rang them.")
    say(cast, "@Member Harcourt, look.")
    with cast.ours.inside():
        kept = dict(Notification.objects.filter(member=cast.ours.member).values_list("event", "mail"))
    assert kept == {"commented": "weekly", "mentioned": "instant"}
    browser = sign_in(cast.ours.member)
    assert project.name in browser.get(cast.ours.url("notification_settings")).text
    with cast.ours.inside():
        pace = NotificationPace.objects.get(member=cast.ours.member)
    assert sign_in(cast.ours.admin).post(cast.ours.url("pace_removal", pace_id=pace.pk)).status_code == 404
    browser.post(cast.ours.url("pace_removal", pace_id=pace.pk))
    assert not browser.get(cast.ours.url("notification_settings")).context["paces"]
    # In the app it has a rule of its own, too: kept out of the bell, and still in the mail.
    rule = {"thing": f"project:{project.pk}", "mail": "daily", "in_app": "off"}
    assert "not shown in Tickmark" in browser.post(cast.ours.url("pace_change"), rule, follow=True).text
    with cast.ours.inside():
        Notification.objects.all().delete()
    say(cast, "And again.")
    with cast.ours.inside():
        found = Notification.objects.filter(member=cast.ours.member, event="commented")
        assert list(found.values_list("mail", "in_app")) == [("daily", False)]

"""What the firm's people do about a contact's portal, and what contacts are told."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client as Browser
from procrastinate.contrib.django.models import ProcrastinateJob

from clients.models import Client, ClientContact, InformationRequest
from portal import jobs, mails
from portal.models import MagicLinkToken, PortalPreference, PortalSession
from portal.notices import GATHER_SECONDS
from portal.tests.browsers import link_in, mails_to
from tests.cast import Cast, in_portal
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
GATHERED = timedelta(seconds=GATHER_SECONDS)


def invite(browser: Browser, cast: Cast):
    return browser.post(cast.ours.url("portal_invitation_send", contact_id=cast.ours.ana.pk))


def test_a_member_sends_ana_her_link(cast: Cast, sign_in) -> None:
    assert invite(sign_in(cast.ours.member), cast).status_code == 302
    run_jobs()
    (message,) = mails_to(cast.ours)
    assert cast.ours.organization.name in message.body and "Ana Ruiz" in message.body and "&amp;" not in message.body
    assert Browser().post(link_in(message)).url == cast.ours.portal("portal_home")
    with cast.ours.inside():
        assert ClientContact.objects.get(pk=cast.ours.ana.pk).invited_at


def test_the_mail_has_the_same_link_in_both_forms(cast: Cast, sign_in) -> None:
    invite(sign_in(cast.ours.member), cast)
    run_jobs()
    (message,) = mails_to(cast.ours)
    assert link_in(message) in message.alternatives[0].content


def test_a_viewer_may_not_send_links(cast: Cast, sign_in) -> None:
    assert invite(sign_in(cast.ours.viewer), cast).status_code == 403


def test_a_contact_of_a_hidden_client_is_not_found(cast: Cast, sign_in) -> None:
    with cast.ours.inside():
        Client.objects.update(access="assigned")
        cast.ours.bakery.restrict_to([])
    assert invite(sign_in(cast.ours.member), cast).status_code == 404


def test_sending_is_a_post(cast: Cast, sign_in) -> None:
    assert sign_in(cast.ours.member).get(
        cast.ours.url("portal_invitation_send", contact_id=cast.ours.ana.pk)
    ).status_code == 405  # fmt: skip


def test_no_link_goes_to_a_contact_without_portal_access(cast: Cast, sign_in) -> None:
    with cast.ours.inside():
        ClientContact.objects.update(portal_access=False)
    invite(sign_in(cast.ours.member), cast)
    assert run_jobs() == 0


def test_no_link_goes_to_a_contact_removed_before_the_job_runs(cast: Cast, sign_in) -> None:
    invite(sign_in(cast.ours.member), cast)
    with cast.ours.inside():
        ClientContact.objects.update(portal_access=False)
    run_jobs()
    assert mail.outbox == []


def test_revoking_signs_ana_out_and_ends_her_links(cast: Cast, sign_in) -> None:
    sign_in(cast.ours.member).post(cast.ours.url("portal_access_revocation", contact_id=cast.ours.ana.pk))
    assert in_portal(cast.ours).get(cast.ours.portal("portal_home")).status_code == 302
    closed = Browser().get(cast.ours.portal("portal_link", token=cast.ours.link_token))
    assert "This link was withdrawn" in closed.content.decode()


def test_ana_hears_of_a_returned_answer_and_why(cast: Cast, sign_in) -> None:
    where = cast.ours.url("request_return", request_id=cast.ours.submitted.pk)
    sign_in(cast.ours.member).post(where, {"reason": "The second page is cut off."})
    run_jobs()
    (message,) = mails_to(cast.ours)
    assert "The second page is cut off." in message.body
    page = cast.ours.portal("portal_request", request_id=cast.ours.submitted.pk)
    assert Browser().post(link_in(message)).url == page


def test_whoever_turned_such_mails_off_gets_none(cast: Cast, sign_in) -> None:
    with cast.ours.inside():
        PortalPreference.objects.update(notifications=False)
    where = cast.ours.url("request_return", request_id=cast.ours.submitted.pk)
    sign_in(cast.ours.member).post(where, {"reason": "The second page is cut off."})
    run_jobs()
    assert mail.outbox == []


def publish(cast: Cast, sign_in, item: InformationRequest) -> None:
    assert sign_in(cast.ours.member).post(cast.ours.url("request_publication", request_id=item.pk)).status_code == 302


@pytest.fixture
def drafts(cast: Cast) -> list[InformationRequest]:
    """Two drafts; everybody at the client was invited before."""
    with cast.ours.inside():
        ClientContact.objects.update(invited_at="2026-01-01T00:00Z")
        waived = InformationRequest.objects.filter(pk=cast.ours.waived.pk)
        waived.update(status="draft", review_reason="", reviewed_at=None, reviewed_by=None)
    return [cast.ours.draft, cast.ours.waived]


def test_what_is_published_within_ten_minutes_is_told_in_one_mail(cast: Cast, sign_in, drafts) -> None:
    publish(cast, sign_in, drafts[0])
    assert run_jobs() == 0
    publish(cast, sign_in, drafts[1])
    run_jobs(later=GATHERED)
    (message,) = mails_to(cast.ours)
    assert "needs 4 things" in message.body


def test_what_is_published_after_the_mail_is_told_by_the_next(cast: Cast, sign_in, drafts) -> None:
    for item in drafts:
        publish(cast, sign_in, item)
        run_jobs(later=GATHERED)
    assert [f"needs {count} things" in mails_to(cast.ours)[index].body for index, count in enumerate((3, 4))] == [
        True, True,
    ]  # fmt: skip


def test_a_contact_asked_only_by_a_later_item_hears_too(cast: Cast, sign_in, drafts) -> None:
    with cast.ours.inside():
        ben = ClientContact.objects.create(
            client=cast.ours.bakery, name="Ben Cole", email="ben@bakery.example", invited_at="2026-01-01T00:00Z"
        )
        InformationRequest.objects.exclude(pk=drafts[1].pk).update(contact=cast.ours.ana)
        InformationRequest.objects.filter(pk=drafts[1].pk).update(contact=ben)
    for item in drafts:
        publish(cast, sign_in, item)
    run_jobs(later=GATHERED)
    assert sorted(message.to[0] for message in mail.outbox) == sorted([cast.ours.ana.email, ben.email])


def test_a_contact_never_invited_hears_nothing(cast: Cast, sign_in) -> None:
    publish(cast, sign_in, cast.ours.draft)
    assert run_jobs(later=GATHERED) == 1
    assert mail.outbox == []


def test_a_mail_that_cannot_be_sent_loses_no_other(cast: Cast, sign_in, drafts, monkeypatch) -> None:
    with cast.ours.inside():
        ClientContact.objects.create(
            client=cast.ours.bakery, name="Ben Cole", email="ben@bakery.example", invited_at="2026-01-01T00:00Z"
        )
    publish(cast, sign_in, drafts[0])
    jobs.send_published_notice.run(
        organization_id=str(cast.ours.organization.pk), list_id=str(cast.ours.request_list.pk)
    )
    waiting = list(ProcrastinateJob.objects.filter(task_name="portal.jobs.send_published_mail"))
    assert len(waiting) == 2
    monkeypatch.setattr(mails, "send_mail", refuse("ben@bakery.example", mails.send_mail))
    for job in waiting:
        with suppress(ConnectionError), transaction.atomic():
            jobs.send_published_mail.run(**job.args)
    (message,) = mails_to(cast.ours)
    assert Browser().post(link_in(message)).url == cast.ours.portal("portal_home")


def refuse(address: str, send):
    def refusing(*args, to: str, **kwargs) -> None:
        if to == address:
            raise ConnectionError("The mail server is away.")
        send(*args, to=to, **kwargs)

    return refusing


def test_a_mail_that_failed_is_tried_again_after_longer_and_longer_waits() -> None:
    strategy = jobs.send_published_mail.task.retry_strategy
    waits = [strategy.exponential_wait ** (attempt + 1) for attempt in range(strategy.max_attempts)]
    assert waits == [5, 25, 125, 625, 3125]


# What the firm sees of the access, and ends


def access(cast: Cast) -> str:
    return cast.ours.url("portal_access", contact_id=cast.ours.ana.pk)


def save_contact(browser: Browser, cast: Cast, **changes: str):
    address = cast.ours.url("contact_update", contact_id=cast.ours.ana.pk)
    seen = browser.get(address).context["form"].initial["seen"]
    data = {"name": "Ana Ruiz", "email": cast.ours.ana.email, "portal_access": "on", "seen": seen, **changes}
    return browser.post(address, data)


@pytest.mark.parametrize("changes", [{"email": "ana.ruiz@right.example"}, {"portal_access": ""}])
def test_another_address_or_no_access_ends_links_and_sessions_at_once(cast: Cast, sign_in, changes) -> None:
    browser, ana = sign_in(cast.ours.member), in_portal(cast.ours)
    assert save_contact(browser, cast, **changes).status_code == 302
    if "portal_access" in changes:
        assert ana.get(cast.ours.portal("portal_home")).status_code == 404
        save_contact(browser, cast)  # on again: what was out there before stays closed
    assert ana.get(cast.ours.portal("portal_home")).status_code == 302
    closed = Browser().get(cast.ours.portal("portal_link", token=cast.ours.link_token))
    assert "This link was withdrawn" in closed.text


def test_a_new_phone_number_ends_nothing(cast: Cast, sign_in) -> None:
    save_contact(sign_in(cast.ours.member), cast, phone="020 7946 0000")
    assert in_portal(cast.ours).get(cast.ours.portal("portal_home")).status_code == 200


def test_the_firm_sees_links_and_sessions_and_is_led_there(cast: Cast, sign_in) -> None:
    with cast.ours.inside():
        PortalSession.objects.update(user_agent="Mozilla/5.0 (Windows NT 10.0; rv:140.0) Firefox/140.0")
    browser = sign_in(cast.ours.member)
    assert access(cast) in browser.get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)).text
    page = browser.get(access(cast)).text
    assert "Firefox on Windows" in page and "works until" in page and "Revoke all" in page


def test_one_session_is_ended_and_the_rest_works_on(cast: Cast, sign_in) -> None:
    browser = sign_in(cast.ours.member)
    url = cast.ours.url("portal_session_revocation", session_id=cast.ours.portal_session.pk)
    assert browser.post(url).url == access(cast)
    assert in_portal(cast.ours).get(cast.ours.portal("portal_home")).status_code == 302
    assert "Signed in nowhere" in browser.get(access(cast)).text
    assert Browser().get(cast.ours.portal("portal_link", token=cast.ours.link_token)).status_code == 200


def test_one_link_is_ended_and_the_rest_works_on(cast: Cast, sign_in) -> None:
    browser = sign_in(cast.ours.member)
    browser.post(cast.ours.url("portal_link_revocation", portal_link_id=cast.ours.magic_link.pk))
    assert Browser().get(cast.ours.portal("portal_link", token=cast.ours.link_token)).status_code == 410
    assert "No open links" in browser.get(access(cast)).text
    assert in_portal(cast.ours).get(cast.ours.portal("portal_home")).status_code == 200


@pytest.mark.parametrize("name", ["portal_access", "portal_session_revocation", "portal_link_revocation"])
def test_access_is_for_those_who_manage_requests_and_see_the_client(cast: Cast, sign_in, name: str) -> None:
    row = {
        "portal_access": {"contact_id": cast.ours.ana.pk},
        "portal_session_revocation": {"session_id": cast.ours.portal_session.pk},
        "portal_link_revocation": {"portal_link_id": cast.ours.magic_link.pk},
    }[name]
    verb = "get" if name == "portal_access" else "post"
    assert getattr(sign_in(cast.ours.viewer), verb)(cast.ours.url(name, **row)).status_code == 403
    with cast.ours.inside():
        Client.objects.update(access="assigned")
        cast.ours.bakery.restrict_to([])
    assert getattr(sign_in(cast.ours.member), verb)(cast.ours.url(name, **row)).status_code == 404


def test_jobs_carry_ids_and_no_secret(cast: Cast) -> None:
    Browser().post(cast.ours.portal("portal_link_request"))
    (job,) = ProcrastinateJob.objects.filter(status="todo")
    assert set(job.args) == {"organization_id", "contact_id", "next_path"}
    with cast.ours.inside():
        assert MagicLinkToken.objects.count() == 1

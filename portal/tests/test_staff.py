"""What the firm's people do about a contact's portal, and what contacts are told."""

import pytest
from django.core import mail
from django.test import Client as Browser

from clients.models import Client, ClientContact, InformationRequest
from portal.models import MagicLinkToken, PortalPreference
from portal.tests.browsers import link_in, mails_to
from tests.cast import Cast, in_portal
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


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


def test_a_published_request_is_told_to_invited_contacts_once(cast: Cast, sign_in) -> None:
    with cast.ours.inside():
        ClientContact.objects.update(invited_at="2026-01-01T00:00Z")
        InformationRequest.objects.filter(pk=cast.ours.waived.pk).update(
            status="draft", review_reason="", reviewed_at=None
        )
    for item in (cast.ours.draft, cast.ours.waived):
        sign_in(cast.ours.member).post(cast.ours.url("request_publication", request_id=item.pk))
    run_jobs()
    (message,) = mails_to(cast.ours)
    assert "needs 4 things" in message.body


def test_a_contact_never_invited_hears_nothing(cast: Cast, sign_in) -> None:
    sign_in(cast.ours.member).post(cast.ours.url("request_publication", request_id=cast.ours.draft.pk))
    run_jobs()
    assert mail.outbox == []


def test_jobs_carry_ids_and_no_secret(cast: Cast) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    Browser().post(cast.ours.portal("portal_link_request"))
    (job,) = ProcrastinateJob.objects.filter(status="todo")
    assert set(job.args) == {"organization_id", "contact_id", "next_path"}
    with cast.ours.inside():
        assert MagicLinkToken.objects.count() == 1

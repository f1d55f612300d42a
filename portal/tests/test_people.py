"""Coordinators and contributors: who sees what, who brings whom in, and who shares out."""

import pytest
from django.core import mail
from django.test import Client as Browser

from clients.models import ClientContact, InformationRequest, RequestEvent
from portal.models import ColleagueInvitation, PortalSetting
from portal.sign_in import open_session
from tests.cast import Cast, Firm, in_portal
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(cast: Cast) -> Firm:
    """Ana coordinates; her colleague Jonas is here and was never written to."""
    with cast.ours.inside():
        ClientContact.objects.filter(pk=cast.ours.ana.pk).update(is_coordinator=True)
        cast.ours.rows["jonas"] = ClientContact.objects.create(
            client=cast.ours.bakery, name="Jonas Keller", email="jonas@keller.example"
        )
        ColleagueInvitation.objects.all().delete()
    return cast.ours


@pytest.fixture
def ana(ours: Firm) -> Browser:
    return in_portal(ours)


@pytest.fixture
def jonas(ours: Firm, settings: object) -> Browser:
    browser = Browser()
    with ours.inside():
        _, value = open_session(ours.jonas)
    browser.cookies[settings.PORTAL_COOKIE_NAME] = value  # type: ignore[attr-defined]
    return browser


def of_jonas(ours: Firm, name: str, **kwargs: object) -> str:
    from organizations.mounts import portal_url

    return portal_url(ours.jonas.portal_key, name, **kwargs)


def set_policy(ours: Firm, colleagues: str) -> None:
    with ours.inside():
        PortalSetting.objects.update(colleagues=colleagues)


def give(ana: Browser, ours: Firm, to: object = "") -> object:
    return ana.post(ours.portal("portal_sharing"), {"requests": [ours.pending.pk], "to": to}, follow=True)


def owner_of(ours: Firm) -> object:
    with ours.inside():
        return InformationRequest.objects.get(pk=ours.pending.pk).contact_id


def test_a_coordinator_sees_what_is_a_colleagues_and_a_contributor_does_not(ana, jonas, ours: Firm) -> None:
    with ours.inside():
        InformationRequest.objects.filter(pk=ours.pending.pk).update(contact=ours.jonas)
        InformationRequest.objects.filter(pk=ours.returned.pk).update(contact=ours.ana)
    assert ours.pending.title in ana.get(ours.portal("portal_home")).content.decode()
    page = jonas.get(of_jonas(ours, "portal_home")).content.decode()
    assert ours.pending.title in page and ours.returned.title not in page
    assert jonas.get(of_jonas(ours, "portal_request", request_id=ours.returned.pk)).status_code == 404


def test_the_firm_reads_that_a_coordinator_reads_along(ours: Firm, sign_in) -> None:
    with ours.inside():
        InformationRequest.objects.filter(pk=ours.submitted.pk).update(contact=ours.jonas)
    member = sign_in(ours.member)
    audience = member.get(ours.url("request_detail", request_id=ours.submitted.pk)).content.decode()
    assert "Ana Ruiz and Jonas Keller" in audience
    seers = member.get(ours.url("document_detail", document_id=ours.document.pk)).context["seers"]
    assert seers.contacts == ["Ana Ruiz", "Jonas Keller"]


def test_a_coordinator_gives_a_request_to_a_colleague_who_is_told(ana, jonas, ours: Firm) -> None:
    page = give(ana, ours, ours.jonas.pk).content.decode()
    assert "1 thing given to Jonas Keller" in page and owner_of(ours) == ours.jonas.pk
    run_jobs()
    [message] = [message for message in mail.outbox if message.to == ["jonas@keller.example"]]
    assert message.subject == "Ana Ruiz asks you to answer 1 thing" and ours.pending.title in message.body
    with ours.inside():
        event = RequestEvent.objects.get(request=ours.pending)
        assert (event.verb, event.reason, event.contact) == ("passed on", "To Jonas Keller", ours.ana)


def test_a_coordinator_takes_back_what_was_given(ana, ours: Firm) -> None:
    give(ana, ours, ours.jonas.pk)
    assert "1 thing taken back" in give(ana, ours).content.decode() and owner_of(ours) is None


def test_the_firm_sees_who_passed_on_what(ana, ours: Firm, sign_in) -> None:
    give(ana, ours, ours.jonas.pk)
    page = sign_in(ours.member).get(ours.url("portal_access", contact_id=ours.ana.pk)).content.decode()
    assert "Passed on" in page and "To Jonas Keller" in page


def test_what_was_sent_meanwhile_is_not_given_away(ana, ours: Firm) -> None:
    response = ana.post(ours.portal("portal_sharing"), {"requests": [ours.submitted.pk], "to": ours.jonas.pk})
    assert response.status_code == 422 and "sent or closed meanwhile" in response.content.decode()


def test_nothing_is_given_to_a_stranger(cast: Cast, ana, ours: Firm) -> None:
    with ours.inside():
        elsewhere = type(ours.bakery).objects.create(name="Other client", code="OC")
        other = ClientContact.objects.create(client=elsewhere, name="Olga", email="olga@x.example")
    for stranger in (cast.theirs.ana.pk, other.pk):
        assert give(ana, ours, stranger).status_code == 422
    assert owner_of(ours) is None


@pytest.mark.parametrize("page", ["portal_people", "portal_colleague_create"])
def test_a_contributor_has_no_such_pages(jonas, ours: Firm, page: str) -> None:
    assert jonas.get(of_jonas(ours, page)).status_code == 404


def test_a_contributor_cannot_share_out(jonas, ours: Firm) -> None:
    sent = {"requests": [ours.pending.pk], "to": ours.jonas.pk}
    assert jonas.post(of_jonas(ours, "portal_sharing"), sent).status_code == 404
    assert owner_of(ours) is None


NEW = {"name": "Petra Lang", "email": "Petra@Keller.example"}


def test_where_the_firm_allows_it_a_colleague_gets_a_link_at_once(ana, ours: Firm) -> None:
    set_policy(ours, "allowed")
    assert "gets a link by email" in ana.post(ours.portal("portal_colleague_create"), NEW, follow=True).content.decode()
    run_jobs()
    assert [message.to for message in mail.outbox] == [["petra@keller.example"]]
    with ours.inside():
        petra = ClientContact.objects.get(email="petra@keller.example")
        assert not petra.is_coordinator and petra.client == ours.bakery


def test_where_the_firm_wants_to_be_asked_nobody_comes_in_before_it_says_yes(ana, ours: Firm, sign_in) -> None:
    set_policy(ours, "approval")
    ana.post(ours.portal("portal_colleague_create"), NEW)
    run_jobs()
    assert [message.to for message in mail.outbox] == [[ours.member.email]]  # who leads the client
    with ours.inside():
        asked = ColleagueInvitation.objects.get()
        assert not ClientContact.objects.filter(email="petra@keller.example").exists()
    staff = sign_in(ours.member)
    assert "Petra Lang" in staff.get(ours.url("colleague_list")).content.decode()
    for _ in range(2):  # a double click lets in once
        staff.post(ours.url("colleague_approval", colleague_id=asked.pk))
    with ours.inside():
        asked.refresh_from_db()
        assert (asked.status, asked.contact.email, asked.answered_by) == (
            "approved", "petra@keller.example", ours.member,
        )  # fmt: skip


def test_who_is_turned_down_stays_out(ana, ours: Firm, sign_in) -> None:
    set_policy(ours, "approval")
    ana.post(ours.portal("portal_colleague_create"), NEW)
    with ours.inside():
        asked = ColleagueInvitation.objects.get()
    staff = sign_in(ours.member)
    staff.post(ours.url("colleague_refusal", colleague_id=asked.pk))
    staff.post(ours.url("colleague_approval", colleague_id=asked.pk))
    with ours.inside():
        assert not ClientContact.objects.filter(email="petra@keller.example").exists()


def test_where_only_the_firm_adds_people_there_is_no_such_page(ana, ours: Firm) -> None:
    set_policy(ours, "off")
    assert "Add a colleague" not in ana.get(ours.portal("portal_people")).content.decode()
    assert ana.post(ours.portal("portal_colleague_create"), NEW).status_code == 404


@pytest.mark.parametrize("email", ["jonas@keller.example", "JONAS@keller.example"])
def test_who_is_here_already_is_not_asked_for_again(ana, ours: Firm, email: str) -> None:
    response = ana.post(ours.portal("portal_colleague_create"), {"name": "J", "email": email})
    assert response.status_code == 422 and "is here already" in response.content.decode()


def test_a_viewer_answers_nobody(ours: Firm, sign_in) -> None:
    with ours.inside():
        asked = ColleagueInvitation.objects.create(asked_by=ours.ana, client=ours.bakery, **NEW)
    for name in ("colleague_approval", "colleague_refusal"):
        assert sign_in(ours.viewer).post(ours.url(name, colleague_id=asked.pk)).status_code == 403

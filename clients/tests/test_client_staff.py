"""Staff of a client, and who sees it while it is restricted."""

import pytest

from clients.models import Client, ClientAssignment, ClientGrant, InformationRequest
from organizations.models import Membership

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Bluewater Marine",
    "code": "BMS",
    "type": "company",
    "status": "active",
    "access": "firm",
    "year_end": "06-30",
}


def page(browser, firm, **params):
    return browser.get(firm.url("client_list"), params).content.decode()


def seen_in(browser, url):
    return browser.get(url).context["form"].initial["seen"]


def test_another_firms_member_cannot_lead(cast, sign_in):
    response = sign_in(cast.ours.member).post(cast.ours.url("client_create"), {**FORM, "lead": cast.theirs.member.pk})
    assert response.status_code == 422


def test_a_restricted_client_exists_for_granted_staff_only(cast, sign_in):
    with cast.ours.inside():
        Client.objects.filter(pk=cast.ours.bakery.pk).update(access="assigned")
    detail = cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    listing = cast.ours.url("request_list_detail", list_id=cast.ours.request_list.pk)
    for role, status in (("owner", 200), ("member", 200), ("viewer", 404)):
        assert sign_in(cast.ours.members[role]).get(detail).status_code == status
        assert sign_in(cast.ours.members[role]).get(listing).status_code == status
    assert "Northwind" not in page(sign_in(cast.ours.viewer), cast.ours)


def test_taking_somebody_off_a_restricted_client_ends_their_view(cast, sign_in):
    browser, url = sign_in(cast.ours.owner), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    seen = browser.get(url).context["form"].initial["seen"]
    browser.post(url, {**FORM, "access": "assigned", "staff": [cast.ours.viewer.pk], "seen": seen})
    with cast.ours.inside():
        assert [grant.user_id for grant in ClientGrant.objects.all()] == [cast.ours.viewer.pk]
    detail = cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    assert sign_in(cast.ours.viewer).get(detail).status_code == 200
    assert sign_in(cast.ours.member).get(detail).status_code == 404


def test_a_change_of_staff_makes_a_form_of_the_client_stale(cast, sign_in):
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    seen = seen_in(browser, url)
    with cast.ours.inside():
        ClientAssignment.objects.create(client=cast.ours.bakery, member=cast.ours.viewer)
    assert browser.post(url, {**FORM, "code": "NWB", "seen": seen}).status_code == 409


def test_whoever_restricts_a_client_keeps_seeing_it(cast, sign_in):
    with cast.ours.inside():
        ClientAssignment.objects.all().delete()
        ClientGrant.objects.all().delete()
    browser, url = sign_in(cast.ours.member), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    form = {**FORM, "access": "assigned", "staff": [cast.ours.viewer.pk], "seen": seen_in(browser, url)}
    assert browser.post(url, form, follow=True).status_code == 200
    with cast.ours.inside():
        assert {grant.user_id for grant in ClientGrant.objects.all()} == {cast.ours.member.pk, cast.ours.viewer.pk}


def test_a_suspended_lead_stays_until_another_is_chosen(cast, sign_in):
    with cast.ours.inside(cast.ours.owner):
        Membership.objects.filter(pk=cast.ours.member.pk).update(status="suspended")
    browser, url = sign_in(cast.ours.owner), cast.ours.url("client_update", client_id=cast.ours.bakery.pk)
    page = browser.get(url)
    assert "(suspended)" in page.content.decode()
    initial = page.context["form"].initial
    browser.post(url, {**FORM, "lead": initial["lead"], "staff": initial["staff"], "seen": initial["seen"]})
    with cast.ours.inside():
        assert ClientAssignment.objects.get(client=cast.ours.bakery, is_lead=True).member_id == cast.ours.member.pk


def test_without_the_right_to_requests_a_client_page_tells_of_none(cast, sign_in):
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(permissions={"view_requests": False})
    browser = sign_in(cast.ours.member)
    shown = browser.get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)).content.decode()
    assert "Ana Ruiz" in shown
    for secret in ("Year-end audit requests", "The submitted request", "PBC-003", "Whose turn"):
        assert secret not in shown
    assert "1 of 4" not in page(browser, cast.ours)
    with cast.ours.inside():
        InformationRequest.objects.update(contact=cast.ours.ana)
    removal = browser.get(cast.ours.url("contact_removal", contact_id=cast.ours.ana.pk)).content.decode()
    assert "4 open requests" in removal
    assert "The pending request" not in removal

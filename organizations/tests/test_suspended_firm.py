"""A firm that operators have suspended: its pages, its portals, its jobs, and the way back."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from audit.models import PlatformAuditLog
from organizations.models import Organization
from organizations.mounts import root_url
from organizations.tests.test_sign_out import SIGN_OUT
from tenancy.context import OPERATOR, all_tenants, surface
from tests.cast import Cast, in_portal, signed_in
from tests.isolation.pages import ORGANIZATION_PAGES, PORTAL_PAGES, Page, our_objects
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
WORKS_ON = {"portal_brand_css", "portal_sign_out"}


@pytest.fixture
def suspended(cast: Cast) -> Cast:
    with cast.ours.inside():
        Organization.objects.update(status="suspended")
    return cast


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("place", ORGANIZATION_PAGES, ids=lambda place: place.name)
def test_no_page_of_the_firm_answers(suspended: Cast, place: Page, verb: str) -> None:
    address = suspended.ours.url(place.name, **next(our_objects(place, suspended.ours)))
    response = getattr(suspended.browser(suspended.ours.owner), verb)(address)
    assert response.status_code == 403
    assert "Harcourt &amp; Pell LLP is suspended" in response.text
    assert SIGN_OUT.findall(response.text) == [root_url("account_logout")]
    assert f'href="{root_url("firm_list")}?choose"' in response.text


def test_the_page_says_who_to_ask_and_leads_to_ones_own_account(suspended: Cast, settings: Any) -> None:
    settings.CONTACT_MAIL = "Tickmark <desk@tickmark.example>"
    firm = suspended.ours
    for member, ask in ((firm.owner, "desk@tickmark.example"), (firm.viewer, firm.owner.email)):
        browser = signed_in(member)
        page = browser.get("/firms/", follow=True)  # where signing in leads
        assert page.status_code == 403 and re.findall(r'href="mailto:([^"]+)"', page.text) == [ask]
        assert "Switch firm" not in page.text and "Create or join another firm" in page.text
        own = re.findall(r'href="(/accounts/[^"]+)"', page.text)
        assert {root_url("profile"), root_url("data_export"), root_url("account_deletion")} <= set(own)
        assert {browser.get(address).status_code for address in own} == {200}


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize(
    "place", [page for page in PORTAL_PAGES if page.name not in WORKS_ON], ids=lambda place: place.name
)
def test_no_page_of_its_portals_answers(suspended: Cast, place: Page, verb: str) -> None:
    address = suspended.ours.portal(place.name, **next(our_objects(place, suspended.ours)))
    for browser in (in_portal(suspended.ours), Browser()):
        response = getattr(browser, verb)(address)
        assert response.status_code == 403
        assert "This portal is paused" in response.text


def test_its_jobs_send_nothing(suspended: Cast) -> None:
    with suspended.ours.inside():
        Organization.objects.update(status="active")
    signed_in(suspended.ours.admin).post(
        suspended.ours.url("invitation_resend", invitation_id=suspended.ours.invitation.pk)
    )
    with suspended.ours.inside():
        Organization.objects.update(status="suspended")
    assert run_jobs() == 1
    assert mail.outbox == []


def test_other_firms_work_on(suspended: Cast) -> None:
    assert signed_in(suspended.theirs.owner).get(suspended.theirs.url("today")).status_code == 200
    assert in_portal(suspended.theirs).get(suspended.theirs.portal("portal_home")).status_code == 200


def test_an_operator_closes_it_with_a_word_for_its_members_and_opens_it_again(cast: Cast) -> None:
    operator, owner = signed_in(cast.operator), signed_in(cast.ours.owner)
    firm = f"/admin/organizations/organization/{cast.ours.organization.pk}/"
    assert operator.post(f"{firm}suspension/", {"note": ""}).status_code == 422
    assert operator.post(f"{firm}suspension/", {"note": "Two invoices are open."}).status_code == 302
    closed = owner.get(cast.ours.url("today"))
    assert closed.status_code == 403 and "Two invoices are open." in closed.text
    portal = in_portal(cast.ours).get(cast.ours.portal("portal_home"))
    assert "This portal is paused" in portal.text and "invoices" not in portal.text
    with surface(OPERATOR), all_tenants(reason="test"):
        line = PlatformAuditLog.objects.get(resource_id=cast.ours.organization.pk)
    assert line.user_id == cast.operator.pk
    assert line.new_values == {"status": "suspended", "suspension_note": "Two invoices are open."}
    assert operator.post(f"{firm}reactivation/").status_code == 302
    assert owner.get(cast.ours.url("today")).status_code == 200

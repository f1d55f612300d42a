"""The firm's domains: which may be added, and how each is proven."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from organizations import domains
from organizations.dns_records import ResolverSilent
from organizations.models import Membership, Organization, OrganizationDomain, VerifiedDomain
from organizations.permissions import ROLE_PERMISSIONS, Permission
from tests.cast import ROLES, Cast, Firm, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
OURS = "harcourtpell.example"
#: Domain → its TXT records; None is a name server that does not answer.
zone: dict[str, list[str] | None] = {}


def records_in_zone(domain: str) -> list[str]:
    records = zone.get(domain, [])
    if records is None:
        raise ResolverSilent(domain)
    return records


@pytest.fixture(autouse=True)
def resolver(settings):
    zone.clear()
    settings.DOMAIN_RESOLVER = f"{__name__}.records_in_zone"


def add(firm: Firm, written: str = OURS):
    return signed_in(firm.admin).post(firm.url("domain_list"), {"domain": written}, follow=True)


def added(firm: Firm, name: str = OURS) -> OrganizationDomain:
    add(firm, name)
    return domain_of(firm, name)


def domain_of(firm: Firm, name: str = OURS) -> OrganizationDomain:
    with firm.inside():
        return OrganizationDomain.objects.get(domain=name)


def post(firm: Firm, page: str, domain: OrganizationDomain, **data: str):
    return signed_in(firm.admin).post(firm.url(page, domain_id=domain.pk), data, follow=True)


def prove(firm: Firm, name: str = OURS):
    domain = added(firm, name)
    zone[name] = [*(zone.get(name) or []), domain.record]
    return post(firm, "domain_check", domain)


def code_in(message) -> str:
    return re.search(r"\b\d{8}\b", message.body).group()


@pytest.mark.parametrize("role", ROLES)
def test_only_who_manages_members_sees_domains(cast: Cast, role: str) -> None:
    expected = 200 if Permission.MANAGE_MEMBERS in ROLE_PERMISSIONS[role] else 403
    assert signed_in(cast.ours.members[role]).get(cast.ours.url("domain_list")).status_code == expected
    url = cast.ours.url("domain_removal", domain_id=cast.ours.domain.pk)
    assert signed_in(cast.ours.members[role]).get(url).status_code == expected


@pytest.mark.parametrize(
    "written",
    [
        "HarcourtPell.example",
        "https://www.harcourtpell.example/about",
        "maya@harcourtpell.example",
        " harcourtpell.example. ",
    ],
)
def test_a_domain_is_read_from_whatever_was_pasted(cast: Cast, written: str) -> None:
    page = add(cast.ours, written)
    assert domain_of(cast.ours).record in page.text
    assert not domain_of(cast.ours).is_verified


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("gmail.com", "Anybody can have an address at gmail.com"),
        ("GoogleMail.com", "Anybody can have an address at googlemail.com"),
        ("mail.yahoo.co.uk", "Anybody can have an address at mail.yahoo.co.uk"),
        ("harcourt", "Write a domain"),
        ("127.0.0.1", "Write a domain"),
        ("a b.example", "Write a domain"),
        ("x" * 300 + ".example", "Write a domain"),
        ("staff-harcourt.example", "in your list already"),
    ],
    ids=["gmail", "capitals", "below", "no-dot", "ip", "space", "long", "twice"],
)
def test_what_can_stand_for_no_firm_is_refused(cast: Cast, written: str, sentence: str) -> None:
    page = add(cast.ours, written)
    assert page.status_code == 422
    assert sentence in page.text


def test_the_record_in_the_dns_proves_it(cast: Cast) -> None:
    domain = added(cast.ours)
    zone[OURS] = ["v=spf1 -all"]
    assert (
        "The record is not there yet. harcourtpell.example has 1 TXT record,"
        in post(cast.ours, "domain_check", domain).text
    )
    assert not domain_of(cast.ours).is_verified
    zone[OURS] = ["v=spf1 -all", domain.record]
    assert "harcourtpell.example is proven" in post(cast.ours, "domain_check", domain).text
    with cast.ours.inside():
        assert VerifiedDomain.objects.filter(pk=OURS).exists()
        domains.give_up(OrganizationDomain.objects.get(domain="staff-harcourt.example"))
        assert Organization.objects.get().domain == OURS, "The first of those it has is the firm's main domain."


def test_a_silent_name_server_proves_nothing(cast: Cast) -> None:
    domain = added(cast.ours)
    zone[OURS] = None
    assert "did not answer" in post(cast.ours, "domain_check", domain).text
    assert not domain_of(cast.ours).is_verified


def test_another_firms_record_proves_nothing_for_us(cast: Cast) -> None:
    zone[OURS] = [added(cast.theirs).record]
    post(cast.ours, "domain_check", added(cast.ours))
    assert not domain_of(cast.ours).is_verified


def test_a_code_to_an_address_on_it_proves_it(cast: Cast) -> None:
    domain = added(cast.ours)
    post(cast.ours, "domain_code", domain, email="post@HarcourtPell.example")
    run_jobs()
    assert mail.outbox[0].to == ["post@HarcourtPell.example"]
    assert code_in(mail.outbox[0]) not in domain_of(cast.ours).__dict__.values()
    page = post(cast.ours, "domain_code_entry", domain, code=f" {code_in(mail.outbox[0])} ")
    assert "harcourtpell.example is proven" in page.text


@pytest.mark.parametrize(
    "email", ["post@elsewhere.example", '"x@harcourtpell.example"@elsewhere.example', "post@sub.harcourtpell.example"]
)
def test_no_code_goes_to_another_domain(cast: Cast, email: str) -> None:
    assert post(cast.ours, "domain_code", added(cast.ours), email=email).status_code == 422
    run_jobs()
    assert mail.outbox == []


def test_codes_cannot_fill_a_mailbox(cast: Cast) -> None:
    domain = added(cast.ours)
    for _ in range(3):
        page = post(cast.ours, "domain_code", domain, email=f"post@{OURS}")
    assert "Wait two minutes" in page.text
    run_jobs()
    assert len(mail.outbox) == 1


def test_a_code_is_not_found_by_trying(cast: Cast) -> None:
    domain = added(cast.ours)
    post(cast.ours, "domain_code", domain, email=f"post@{OURS}")
    run_jobs()
    code = code_in(mail.outbox[0])
    for _ in range(5):
        assert "That is not the code." in post(cast.ours, "domain_code_entry", domain, code="x").text
    assert "This code has expired" in post(cast.ours, "domain_code_entry", domain, code=code).text
    assert not domain_of(cast.ours).is_verified


def test_an_old_code_proves_nothing(cast: Cast) -> None:
    domain = added(cast.ours)
    post(cast.ours, "domain_code", domain, email=f"post@{OURS}")
    run_jobs()
    with cast.ours.inside():
        OrganizationDomain.objects.filter(pk=domain.pk).update(code_sent_at=timezone.now() - timedelta(minutes=31))
    assert "This code has expired" in post(cast.ours, "domain_code_entry", domain, code=code_in(mail.outbox[0])).text


def test_a_domain_belongs_to_the_firm_that_proved_it_first(cast: Cast) -> None:
    prove(cast.theirs)
    page = prove(cast.ours)
    assert "harcourtpell.example is proven for another firm" in page.text
    assert cast.theirs.organization.name not in page.text
    assert not domain_of(cast.ours).is_verified


def test_a_domain_given_up_is_free_again(cast: Cast) -> None:
    prove(cast.theirs)
    asked = signed_in(cast.theirs.admin).get(cast.theirs.url("domain_removal", domain_id=domain_of(cast.theirs).pk))
    assert "another firm may prove it" in asked.text
    post(cast.theirs, "domain_removal", domain_of(cast.theirs))
    with cast.theirs.inside():
        assert Organization.objects.get().domain == "staff-okafor.example"
    assert "harcourtpell.example is proven" in prove(cast.ours).text


def test_no_firm_sees_who_proved_which_domain(cast: Cast) -> None:
    with cast.ours.inside():
        assert [row.organization_id for row in VerifiedDomain.objects.all()] == [cast.ours.organization.pk]


def test_joining_is_set_once_it_is_proven(cast: Cast) -> None:
    domain = added(cast.ours)
    post(cast.ours, "domain_detail", domain, auto_join_role="member")
    assert domain_of(cast.ours).auto_join_role == ""
    zone[OURS] = [domain.record]
    post(cast.ours, "domain_check", domain)
    post(cast.ours, "domain_detail", domain, auto_join_role="viewer", verification_required="on")
    assert (domain_of(cast.ours).auto_join_role, domain_of(cast.ours).verification_required) == ("viewer", True)


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_no_domain_makes_owners_or_admins(cast: Cast, role: str) -> None:
    url = cast.ours.url("domain_detail", domain_id=cast.ours.domain.pk)
    assert signed_in(cast.ours.owner).post(url, {"auto_join_role": role}).status_code == 422
    assert domain_of(cast.ours, "staff-harcourt.example").auto_join_role == "member"


def test_a_way_in_above_ones_own_role_is_neither_changed_nor_closed(cast: Cast) -> None:
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(permissions={"manage_members": True})
    browser, domain = signed_in(cast.ours.viewer), cast.ours.domain
    for page in ("domain_detail", "domain_removal"):
        assert browser.post(cast.ours.url(page, domain_id=domain.pk), {"auto_join_role": ""}).status_code == 403
    assert domain_of(cast.ours, domain.domain).auto_join_role == "member"


def test_a_mailbox_is_not_filled_with_codes(cast: Cast) -> None:
    asked = {"email": f"hostmaster@{OURS}"}
    for _ in range(5):
        domain = added(cast.ours)
        post(cast.ours, "domain_code", domain, **asked)
        post(cast.ours, "domain_removal", domain)
    assert "enough for a day" in post(cast.ours, "domain_code", added(cast.ours), **asked).text

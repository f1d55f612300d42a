"""A firm that changes its address: old links lead on, and nobody else gets it."""

import re
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from organizations.addresses import AddressTaken, free_slug
from organizations.founding import found
from organizations.models import Membership, Organization
from organizations.mounts import root_url
from tenancy.context import IDENTITY, surface
from tests.api import Program
from tests.cast import Cast, Firm, signed_in

pytestmark = pytest.mark.django_db


def settle(firm: Firm, before: str, slug: str, *, status: int = 302) -> Any:
    """The owner gives the firm an address, through its page."""
    browser, url = signed_in(firm.owner), f"/o/{before}/firm/"
    form = browser.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"slug": slug}
    response = browser.post(url, data)
    assert response.status_code == status
    return response


@pytest.fixture
def renamed(cast: Cast) -> Cast:
    settle(cast.ours, "harcourt", "harcourt-pell")
    return cast


def test_a_link_to_the_former_address_leads_on(renamed: Cast) -> None:
    response = signed_in(renamed.ours.member).get("/o/harcourt/clients/?q=caf%C3%A9&o=-name")
    assert response.status_code == 301
    assert response.url == "/o/harcourt-pell/clients/?q=caf%C3%A9&o=-name"
    assert response["Cache-Control"] == "private, no-store"
    assert signed_in(renamed.ours.member).get("/o/harcourt/").url == "/o/harcourt-pell/"


def test_it_leads_over_many_changes_in_one_step(renamed: Cast) -> None:
    settle(renamed.ours, "harcourt-pell", "hp-partners")
    for former in ("harcourt", "harcourt-pell"):
        assert signed_in(renamed.ours.member).get(f"/o/{former}/members/").url == "/o/hp-partners/members/"


REFERENCE = re.compile(r'(?<=font-monospace">)[0-9a-f]{12}')


def test_a_strangers_answer_is_that_of_an_address_nobody_had(renamed: Cast) -> None:
    for person in (renamed.stranger, renamed.theirs.owner):
        answers = [signed_in(person).get(f"/o/{slug}/members/") for slug in ("harcourt", "nobody-had-it")]
        assert [answer.status_code for answer in answers] == [404, 404]
        there, nowhere = (REFERENCE.sub("", answer.text) for answer in answers)
        assert there.replace("harcourt", "nobody-had-it") == nowhere
    assert Browser().get("/o/harcourt/members/").url == "/accounts/login/?next=/o/harcourt/members/"


@pytest.mark.parametrize(
    "change", [{"status": "suspended"}, {"status": "pending"}, {"deleted_at": "2026-01-01T00:00Z"}]
)
def test_who_is_out_is_not_led_on(renamed: Cast, change: dict) -> None:
    with renamed.ours.inside():
        Membership.objects.filter(pk=renamed.ours.member.pk).update(**change)
    assert signed_in(renamed.ours.member).get("/o/harcourt/").status_code == 404


def test_a_program_is_led_on_too(renamed: Cast) -> None:
    program, clients = Program(renamed.ours.member), "/api/v1/o/{}/clients/"
    former = program.get(clients.format("harcourt"), q="Bakery & Sons")
    assert (former.status_code, former.headers["Location"]) == (
        308, f"{clients.format('harcourt-pell')}?q=Bakery+%26+Sons",
    )  # fmt: skip
    assert program.get(former.headers["Location"]).status_code == 200
    assert Program(renamed.theirs.owner).get(clients.format("harcourt")).status_code == 404
    slashless = program.get("/api/v1/me")
    assert (slashless.status_code, slashless.headers["Location"]) == (308, "/api/v1/me/")


def test_nothing_is_written_over_a_former_address(renamed: Cast) -> None:
    assert signed_in(renamed.ours.owner).post("/o/harcourt/members/leaving/").status_code == 404


def test_no_other_firm_gets_a_former_address(renamed: Cast) -> None:
    response = settle(renamed.theirs, "okafor", "harcourt", status=422)
    assert "“harcourt” is taken. “harcourt-2” is free." in response.text
    form = {"name": "New", "slug": "harcourt", "brand": "#1c3f68", "currency": "GBP", "timezone": "Europe/London"}
    assert "“harcourt” is taken." in signed_in(renamed.stranger).post(root_url("firm_create"), form).text
    with surface(IDENTITY):
        stranger = User.objects.get(pk=renamed.stranger.pk)
    with pytest.raises(AddressTaken):
        found(Organization(name="New", slug="harcourt"), by=stranger)


def test_the_firm_itself_may_take_it_back(renamed: Cast) -> None:
    settle(renamed.ours, "harcourt-pell", "harcourt")
    assert signed_in(renamed.ours.member).get("/o/harcourt/").status_code == 200
    assert signed_in(renamed.ours.member).get("/o/harcourt-pell/").url == "/o/harcourt/"


def test_there_is_always_a_free_address(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = {"harcourt", *(f"harcourt-{number}" for number in range(2, 100))}
    monkeypatch.setattr("organizations.addresses.organization_of_slug", lambda slug: slug in taken or None)
    found_slug = free_slug("harcourt")
    assert found_slug not in taken and found_slug.startswith("harcourt-")

"""The demo: believable, complete, made by the application's own role, and never by accident."""

import re
from io import BytesIO, StringIO

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client as Browser
from PIL import Image

from accounts.models import User
from clients.file_checks import check
from clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    DocumentVersion,
    InformationRequest,
    RequestEvent,
    RequestList,
)
from clients.models.request_status import Status
from config.demo.files import demo_file
from config.demo.firms import FIRMS, HARCOURT_PELL, OKAFOR
from config.demo.lists import COMPLETE, FRESH, HALF_WAY
from config.demo.people import PASSWORD, ensure_user
from marketing.models import CmsPage
from organizations.lookups import organization_by_slug
from organizations.models import Invitation, Membership, Organization
from tenancy.context import IDENTITY, surface, tenant

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])


@pytest.fixture(scope="module", autouse=True)
def small_installation(tmp_path_factory):
    files = str(tmp_path_factory.mktemp("files"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DEBUG", True)
        patch.setattr(default_storage, "_location", files, raising=False)
        patch.setattr(default_storage, "location", files, raising=False)
        yield


@pytest.fixture(scope="module")
def seeded(permanent_cast, small_installation, django_db_blocker):
    """The demo, made once for the tests that ask for it, and what the command said. Each undoes what it changes."""
    with django_db_blocker.unblock(), transaction.atomic(), transaction.atomic("marketing"):
        yield seed()
        for alias in ("default", "marketing"):
            transaction.set_rollback(True, using=alias)


def seed(*options):
    out = StringIO()
    call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


def inside(firm):
    return tenant(organization_by_slug(firm.slug), user=ensure_user(firm.owner)[0])


def counted():
    kinds = (
        Membership,
        Client,
        ClientContact,
        RequestList,
        InformationRequest,
        RequestEvent,
        DocumentVersion,
        Invitation,
    )
    found = []
    for firm in FIRMS:
        with inside(firm):
            found.append({kind.__name__: kind.objects.count() for kind in kinds})
    with surface(IDENTITY):
        return [*found, User.objects.count()]


def test_a_real_installation_is_left_alone(monkeypatch):
    monkeypatch.setattr(settings, "DEBUG", False)
    with pytest.raises(CommandError, match="--force"):
        seed()
    assert organization_by_slug("harcourt-pell") is None
    assert "made" in seed("--force")


def test_two_firms_with_every_role_and_25_clients(seeded):
    clients = 0
    for firm in FIRMS:
        with inside(firm):
            assert Organization.objects.get().name == firm.name
            assert set(Membership.objects.values_list("role", flat=True)) == {
                "owner",
                "admin",
                "member",
                "viewer",
                "billing",
            }
            assert not Client.objects.filter(contacts=None).exists()
            led = ClientAssignment.objects.filter(is_lead=True).values("client")
            assert not Client.objects.exclude(pk__in=led).exists()
            assert Invitation.objects.pending().exclude(token_hash=None).count() == 1
            clients += Client.objects.count()
    assert clients == 25


def test_three_lists_in_three_states(seeded):
    with inside(HARCOURT_PELL):
        states = {title: states_of(title) for title in (HALF_WAY.title, FRESH.title)}
        today = Organization.objects.get()
        request_list = RequestList.objects.get(title=HALF_WAY.title)
        overdue = InformationRequest.objects.filter(request_list=request_list).overdue(
            request_list.created_at.astimezone(today.zone).date()
        )
        assert overdue.count() == 3
    assert set(states[FRESH.title]) == {"pending", "draft"}
    assert set(states[HALF_WAY.title]) == set(Status.values)
    with inside(OKAFOR):
        assert set(states_of(COMPLETE.title)) == {"accepted", "waived"}


def states_of(title):
    requests = list(InformationRequest.objects.filter(request_list__title=title))
    assert 15 <= len(requests) <= 30
    assert len({request.category for request in requests}) >= 4
    return [request.status for request in requests]


def test_every_request_tells_how_it_came_to_its_state(seeded):
    with inside(HARCOURT_PELL):
        for request in InformationRequest.objects.prefetch_related("events"):
            steps = sorted(request.events.all(), key=lambda event: event.created_at)
            assert request.status == (steps[-1].to_status if steps else "draft")
        returned = InformationRequest.objects.get(status="returned")
        assert [event.to_status for event in returned.events.order_by("created_at")] == [
            "pending",
            "submitted",
            "returned",
        ]
        assert RequestEvent.objects.filter(to_status="submitted", contact=None).count() == 0


def test_a_restricted_client_is_hidden_from_those_not_named(seeded):
    with inside(HARCOURT_PELL):
        member = Membership.objects.get(email="daniel@harcourtpell.example")
        assert not Client.objects.visible_to(member).filter(code="PRV").exists()


def test_files_are_there_and_open(seeded):
    with inside(HARCOURT_PELL):
        versions = list(DocumentVersion.objects.select_related("document"))
    assert {version.content_type for version in versions} == {"application/pdf", "text/csv", "image/png"}
    for version in versions:
        with default_storage.open(version.storage_key) as file:
            assert len(file.read()) == version.size


@pytest.mark.parametrize("name", ["Board minutes (signed).pdf", "Ledger £.csv", "Count.png"])
def test_a_demo_file_is_what_its_name_says(name):
    file = demo_file(name, client="Café Lumen & Co")
    assert check(file) == file.content_type
    content = file.read()
    if name.endswith(".png"):
        Image.open(BytesIO(content)).verify()
    if name.endswith(".pdf"):
        start = int(re.search(rb"startxref\n(\d+)", content)[1])
        assert content[start:].startswith(b"xref\n0 6\n")
        for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", content), start=1):
            assert content[int(place) :].startswith(b"%d 0 obj" % number)


def test_a_second_run_changes_nothing_and_says_so(seeded):
    assert "made" in seeded
    before = counted()
    again = seed()
    assert "made" not in again
    assert again.count("nothing changed") == 4
    assert counted() == before


def test_the_people_of_the_demo_can_sign_in(seeded):
    for email, lands in (("ngozi@okafor.example", "/o/okafor-bookkeeping/"), ("olga.marsh@tickmark.example", "")):
        browser = Browser()
        assert browser.post("/accounts/login/", {"login": email, "password": PASSWORD}).url == "/firms/"
        if lands:
            assert browser.get("/firms/").url == lands
        else:
            assert "/second-factor/" in browser.get("/admin/", follow=True).redirect_chain[-1][0]  # set up first


def test_sign_ins_are_printed_on_request(seeded):
    printed = seed("--print-sign-ins")
    assert PASSWORD in printed
    for firm in FIRMS:
        assert all(person.email in printed for person in firm.people)
    link = re.search(r"Ana Ruiz, \S+: https?://[^/]+(/portal/\S+)", printed)[1]
    browser = Browser()
    assert browser.get(link).status_code == 200
    assert "Year-end audit requests" in browser.post(link, follow=True).content.decode()
    assert PASSWORD not in seeded


def test_what_operators_wrote_on_the_site_stays(seeded):
    assert CmsPage.objects.exists()
    CmsPage.objects.update(title="Changed by an operator")
    seed()
    assert CmsPage.objects.filter(title="Changed by an operator").exists()

"""Support access: asked for with a reason, opened by an owner, looked through and nothing else, ended at once."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.utils import timezone
from psycopg import sql

from audit.models import AuditLog
from clients.models import Client
from organizations.models import SupportGrant
from organizations.mounts import support_url
from organizations.support import LOOKS
from tenancy.context import OPERATOR, surface, tenant
from tests.cast import Cast
from tests.isolation.pages import ORGANIZATION_PAGES, our_objects
from tests.isolation.rows import TABLES, changed, run, watch
from tests.jobs import run_jobs
from tests.thinning import some_of

pytestmark = pytest.mark.django_db
FIRM = "/admin/organizations/organization/{}/"
#: Pages an operator has to be able to read, or support access is of no use.
MUST_OPEN = {
    "today", "client_list", "client_detail", "request_list_index", "request_list_detail", "project_list", "project_detail",
    "binder_list", "binder_detail", "workpaper_detail", "scoping_list", "member_list", "document_search",
    "request_detail", "document_detail", "task_detail", "conversation_detail",
}  # fmt: skip


@pytest.fixture
def operator(cast: Cast, sign_in: Any) -> Browser:
    return sign_in(cast.operator)


def consented(cast: Cast, **changes: Any) -> SupportGrant:
    with cast.ours.inside():
        grant = SupportGrant.objects.create(
            operator_id=cast.operator.pk, operator_name="Olga Operator", reason="The list of requests is empty."
        )
        grant.consent(by=cast.ours.owner)
        SupportGrant.objects.filter(pk=grant.pk).update(**changes)
    return grant


def looked(cast: Cast, name: str, **kwargs: Any) -> str:
    return support_url(cast.ours.organization.slug, name, **kwargs)


def test_an_operator_asks_an_owner_opens_and_ends_it(
    cast: Cast, operator: Browser, sign_in: Any, settings: Any
) -> None:
    home, owner, admin = looked(cast, "today"), sign_in(cast.ours.owner), sign_in(cast.ours.admin)
    assert operator.get(home).status_code == 403 and operator.get(cast.ours.url("today")).status_code == 404
    page = operator.post(FIRM.format(cast.ours.organization.pk) + "support/", {"reason": "", "hours": "4"})
    assert page.status_code == 422 and "This field is required" in page.text
    asked = {"reason": "The list of requests is empty.", "hours": "4"}
    assert operator.post(FIRM.format(cast.ours.organization.pk) + "support/", asked).status_code == 302
    run_jobs()
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([cast.ours.owner.email], "Olga Operator of Tickmark asks to look into Harcourt & Pell LLP")
    ]
    assert operator.get(home).status_code == 403
    with cast.ours.inside():
        grant = SupportGrant.objects.get(operator_id=cast.operator.pk)
    consent = cast.ours.url("support_consent", support_grant_id=grant.pk)
    assert admin.post(consent).status_code == 403
    assert "The list of requests is empty." in owner.get(cast.ours.url("support_access")).text
    assert owner.post(consent).status_code == 302

    page = operator.get(looked(cast, "client_detail", client_id=cast.ours.bakery.pk))
    assert page.status_code == 200 and cast.ours.bakery.name in page.text and "Support mode" in page.text
    with cast.ours.inside():
        line = AuditLog.objects.get(action="support_view")
    assert line.new_values["page"] == "client_detail" and line.context["support"] == str(grant.pk)
    assert (line.user_id, line.context["name"]) == (cast.operator.pk, "Olga Operator, operator in support")

    assert admin.post(cast.ours.url("support_end", support_grant_id=grant.pk)).status_code == 302
    assert operator.get(home).status_code == 403
    assert "not open any more" in owner.post(consent, follow=True).text


@pytest.mark.parametrize(
    "change", [{"expires_at": timezone.now() - timedelta(1)}, {"ended_at": timezone.now()}], ids=["expired", "ended"]
)
def test_the_database_itself_asks_for_the_consent(cast: Cast, change: dict[str, Any]) -> None:
    def look(firm: Any, person: Any) -> Any:
        with surface(OPERATOR), tenant(firm.organization, user=person), transaction.atomic():
            return list(Client.objects.values_list("name", flat=True))

    grant = consented(cast)
    assert cast.ours.bakery.name in look(cast.ours, cast.operator)
    for firm, person in ((cast.theirs, cast.operator), (cast.ours, cast.stranger)):
        with pytest.raises(DatabaseError, match="permission denied: the firm has not consented"):
            look(firm, person)
    with cast.ours.inside():
        SupportGrant.objects.filter(pk=grant.pk).update(**change)
    with pytest.raises(DatabaseError, match="permission denied: the firm has not consented"):
        look(cast.ours, cast.operator)


def test_consent_lets_the_role_write_to_no_table(cast: Cast) -> None:
    consented(cast)
    statements = ("DELETE FROM {}", "UPDATE {} SET organization_id = organization_id")
    with surface(OPERATOR), tenant(cast.ours.organization, user=cast.operator.pk):
        for table, statement in product(sorted(set(TABLES) - {"organizations"}), statements):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                run(sql.SQL(statement).format(sql.Identifier(table)))


def test_every_page_can_be_read_or_is_refused_and_nothing_leaves(cast: Cast, operator: Browser) -> None:
    consented(cast)
    opened = set()
    for place in ORGANIZATION_PAGES:
        for kwargs in list(our_objects(place, cast.ours))[:1]:
            response = operator.get(looked(cast, place.name, **kwargs))
            assert response.status_code in (200, 204, 302, 403, 404, 405, 422), place.name
            if place.name not in LOOKS:
                assert not response.streaming and not response.has_header("Content-Disposition"), place.name
            if response.status_code == 200 and place.name not in LOOKS:
                assert response.headers["Content-Type"].startswith("text/html"), place.name
                assert "<html" not in response.text or "Support mode" in response.text, place.name
                opened.add(place.name)
    assert opened >= MUST_OPEN


@pytest.mark.usefixtures("undrawn")
def test_no_form_of_any_page_is_taken(cast: Cast, operator: Browser) -> None:
    """So nothing is changed, made, exported by a job, deleted, restored, accepted or signed."""
    consented(cast)
    before = watch()
    for place in some_of(ORGANIZATION_PAGES, 4):
        address = looked(cast, place.name, **next(our_objects(place, cast.ours)))
        for verb in ("post", "put", "patch", "delete"):
            assert getattr(operator, verb)(address).status_code == 403, (verb, place.name)
    assert {table for table, _ in changed(before)} <= {"audit_logs"}


def test_only_an_operator_with_a_second_factor_comes_here(cast: Cast, sign_in: Any) -> None:
    consented(cast)
    assert sign_in(cast.ours.owner).get(looked(cast, "today")).status_code == 404
    assert Browser().get(looked(cast, "today")).headers["Location"].startswith("/accounts/login/")


def test_a_closed_firm_is_not_looked_into_for_its_owners_could_not_end_that(cast: Cast, operator: Browser) -> None:
    grant, firm, home = consented(cast), FIRM.format(cast.ours.organization.pk), looked(cast, "today")
    assert operator.get(home).status_code == 200
    assert operator.post(f"{firm}suspension/", {"note": "Two invoices are open."}).status_code == 302
    assert operator.get(home).status_code == 403
    with cast.ours.inside():
        assert SupportGrant.objects.get(pk=grant.pk).state == "ended"
    asked = operator.post(f"{firm}support/", {"reason": "To see why.", "hours": "4"})
    assert asked.status_code == 422 and "nobody there could answer" in asked.text
    consented(cast)  # however that came about
    assert operator.get(home).status_code == 403
    assert operator.post(f"{firm}reactivation/").status_code == 302
    assert operator.get(home).status_code == 200

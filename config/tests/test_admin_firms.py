"""What operators see of firms and change in them, and the record of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditLog, PlatformAuditLog
from billing.models import CreditGrant, Feature, FeatureOverride, Subscription
from config.tests.operators import as_operator, change_url, logged
from organizations.models import (
    Organization,
    OrganizationDomain,
    VerifiedDomain,
)
from organizations.seats import seats_used
from tenancy.context import OPERATOR, surface, tenant

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])

FIRM = {"plan_type": "firm", "subscription_tier": "Firm", "usage_limits": "{}"}


def test_an_operator_finds_a_firm(operator, cast):
    page = operator.get("/admin/organizations/organization/", {"q": "okafor"}).content.decode()
    assert "Okafor Bookkeeping" in page
    assert "Harcourt" not in page
    assert f'<td class="field-member_count">{len(cast.theirs.members)}</td>' in page


def test_an_operator_allows_a_firm_more_than_its_plan_and_the_firm_can_read_it(operator, cast):
    firm, seats = cast.ours.organization, Feature.objects.get(key="seats")
    given = {"firm": firm.pk, "feature": seats.pk, "enabled": "on", "limit": "25", "reason": "Agreed in May"}
    assert operator.post(reverse("admin:billing_featureoverride_add"), {**given, "reason": " "}).status_code == 200
    assert operator.post(reverse("admin:billing_featureoverride_add"), given).status_code == 302
    with tenant(firm.pk):
        made = FeatureOverride.objects.get(reason="Agreed in May")
        assert (made.set_by, Organization.objects.get().usage_limits["seats"]) == (str(cast.operator), 25)
        line = AuditLog.objects.get(resource_type="feature_overrides", resource_id=str(made.pk))
    assert line.user_id == cast.operator.pk and line.context["name"] == "Olga Operator, operator of Tickmark"
    assert logged(made) == [cast.operator.pk]
    now = timezone.now()
    assert (
        operator.post(change_url(made), {"ended_at_0": f"{now:%Y-%m-%d}", "ended_at_1": f"{now:%H:%M}"}).status_code
        == 302
    )
    with tenant(firm.pk):
        assert Organization.objects.get().usage_limits["seats"] is None
    less = operator.post(reverse("admin:billing_featureoverride_add"), {**given, "limit": "-1"}).text
    assert "greater than or equal to 0." in less and "Constraint" not in less
    credits = {"firm": firm.pk, "amount": "250", "reason": "For the wait"}
    none = operator.post(reverse("admin:billing_creditgrant_add"), {**credits, "amount": "0"}).text
    assert "greater than or equal to 0.01" in none and "Constraint" not in none
    assert operator.post(reverse("admin:billing_creditgrant_add"), credits).status_code == 302
    with tenant(firm.pk):
        assert CreditGrant.objects.filter(amount=250, source="gift", granted_by=str(cast.operator)).exists()


def test_operators_see_revenue_trials_and_use(operator, cast):
    with cast.theirs.inside():
        Subscription.objects.update(status="trialing", trial_ends_at=timezone.now() + timedelta(days=3))
    page = operator.get(reverse("admin:billing_subscription_changelist")).content.decode()
    with cast.ours.inside():
        expected = seats_used() * 49
    assert f"Monthly revenue: £{expected}.00, before tax" in page
    assert "Trials: 1" in page and "Okafor Bookkeeping, Firm, until" in page and "Credits used in 30 days" in page


def test_other_columns_of_a_firm_stay_as_they_are(operator, cast):
    firm = cast.ours.organization
    operator.post(change_url(firm), {**FIRM, "name": "Taken over", "slug": "taken", "tax_id": "1"})
    with tenant(firm.pk):
        now = Organization.objects.get()
    assert (now.name, now.slug, now.tax_id) == (firm.name, firm.slug, firm.tax_id)


def test_the_role_changes_no_firm_it_has_not_entered(cast):
    firm = cast.ours.organization

    def suspend():
        return Organization.objects.filter(pk=firm.pk).update(status="suspended")

    with pytest.raises(Exception, match="uuid"):
        as_operator(suspend)
    with surface(OPERATOR), tenant(cast.theirs.organization.pk):
        assert suspend() == 0


@pytest.mark.parametrize("kind", ["member", "invitation"])
def test_members_and_invitations_are_read_only(operator, cast, kind):
    row = getattr(cast.ours, kind)
    assert operator.get(change_url(row)).status_code == 200
    assert operator.post(change_url(row), {"role": "owner", "email": "me@tickmark.example"}).status_code == 403


def test_nothing_can_be_added_or_deleted(operator, cast):
    for row in (cast.ours.organization, cast.ours.member, cast.ours.invitation, cast.stranger):
        assert operator.post(change_url(row).replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_an_operator_releases_a_domain_and_it_is_on_record(operator, cast):
    taken = as_operator(lambda: VerifiedDomain.objects.get(pk=cast.ours.domain.domain))
    release = change_url(taken).replace("change", "delete")
    assert "Are you sure" in operator.get(release).text
    assert operator.post(release, {"post": "yes"}).status_code == 302
    with cast.ours.inside():
        assert not OrganizationDomain.objects.exists() and not VerifiedDomain.objects.exists()
        line = AuditLog.objects.get(resource_type="organization_domains", action="delete")
    assert line.context["name"] == "Olga Operator, operator of Tickmark"
    assert as_operator(lambda: PlatformAuditLog.objects.get(action="domain_released")).user_id == cast.operator.pk
    assert as_operator(lambda: VerifiedDomain.objects.get()).organization_id == cast.theirs.organization.pk

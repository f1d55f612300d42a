"""Operators: what they see, what they may change, what stays closed to them, and that all of it is on record."""

import itertools
import re
import uuid
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from audit.models import AuditLog, PlatformAuditLog
from billing.models import CreditGrant, Feature, FeatureOverride, PlanFeature, Subscription, SubscriptionPlan
from clients.models import Client, ClientContact, Document, InformationRequest
from marketing import models as site
from organizations.jobs import send_invitation
from organizations.models import (
    Invitation,
    Membership,
    Organization,
    OrganizationDomain,
    PlatformSetting,
    VerifiedDomain,
)
from organizations.seats import seats_used
from portal.models import MagicLinkToken, PortalSession
from tenancy import partitions
from tenancy.context import IDENTITY, OPERATOR, all_tenants, surface, tenant
from tests.cast import PASSWORD, came_by
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])

ADDED = {
    CreditGrant, FeatureOverride, SubscriptionPlan, site.BlogAuthor, site.BlogPost, site.CaseStudy, site.CmsMedia, site.CmsPage,
    site.NewsletterSuppression, site.Testimonial,
}  # fmt: skip
FIRM = {"plan_type": "firm", "subscription_tier": "Firm", "usage_limits": "{}"}


@pytest.fixture
def operator(cast, sign_in):
    return sign_in(cast.operator)


def change_url(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def as_operator(question):
    with surface(OPERATOR), all_tenants(reason="test"), transaction.atomic():
        return question()


def shown_models():
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.mark.parametrize("late", [True, False])
def test_the_first_page_says_when_nobody_makes_the_coming_months(operator, monkeypatch, late):
    monkeypatch.setattr(partitions, "is_late", lambda cursor, table, today: late and table == "audit_logs")
    page = operator.get(reverse("admin:index")).content.decode()
    assert ("for the coming months of audit_logs." in page) == ("manage.py partitions" in page) == late


def test_only_what_concerns_the_platform_is_shown(operator):
    shown = {model._meta.label for model in shown_models() if model._meta.app_label != "marketing"}
    assert shown == {
        "accounts.ActiveUserSession", "accounts.MailLog", "accounts.User", "audit.IsolationProof", "audit.PlatformAuditLog", "billing.Invoice",
        "billing.CreditGrant", "billing.Feature", "billing.FeatureOverride", "billing.StripeCustomer", "billing.StripeEvent", "billing.Subscription",
        "billing.SubscriptionPlan", "billing.UsageEvent", "organizations.Invitation", "organizations.Membership",
        "organizations.Organization", "organizations.PlatformSetting", "organizations.SupportGrant",
        "organizations.VerifiedDomain", "procrastinate.ProcrastinateJob",
    }  # fmt: skip


@pytest.mark.parametrize("model", shown_models(), ids=lambda model: model._meta.label)
def test_every_page_answers_an_operator(operator, cast, model):
    with cast.ours.inside():
        send_invitation.enqueue(invitation_id=cast.ours.invitation.pk)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert operator.get(reverse(f"{name}_changelist")).status_code == 200
    assert operator.get(reverse(f"{name}_add")).status_code == (200 if model in ADDED else 403)
    if (row := as_operator(lambda: model._default_manager.first())) is not None:
        assert operator.get(change_url(row)).status_code == 200
        assert operator.get(reverse(f"{name}_history", args=[row.pk])).status_code == 200


def test_the_first_page_names_the_place(operator):
    page = operator.get("/admin/").content.decode()
    assert "Tickmark operators" in page
    assert 'action="/accounts/logout/"' in page


def test_signed_out_people_are_led_to_sign_in_and_back(client, cast):
    page = client.get("/admin/organizations/organization/", follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/login/?next=/admin/organizations/organization/"
    answer = client.post(page.redirect_chain[-1][0], {"login": cast.operator.email, "password": PASSWORD})
    assert answer.url == "/admin/organizations/organization/"


def addresses(patterns, before="/admin/"):
    """Of every page there is, with an id nobody has where one is named."""
    for pattern in patterns:
        path = before + re.sub(r"<[^>]+>", str(uuid.UUID(int=1)), str(pattern.pattern))
        yield from addresses(pattern.url_patterns, path) if hasattr(pattern, "url_patterns") else [path]


def test_people_of_firms_are_refused_without_a_circle_whatever_their_role(cast):
    public = {"/admin/login/", "/admin/logout/", "/admin/jsi18n/"}
    asked = [path for path in addresses(admin.site.urls[0]) if path.startswith("/admin/") and path not in public]
    assert len(asked) > 80
    browsers = [cast.browser(who) for who in (*cast.ours.members.values(), cast.stranger)]
    for browser, path in zip(itertools.cycle(browsers), asked, strict=False):
        assert browser.get(path).url.startswith("/admin/login/"), path
        assert browser.post(path, FIRM).url.startswith("/admin/login/"), path
    assert {browser.get("/admin/", follow=True).status_code for browser in browsers} == {403}


def test_a_suspended_operator_is_out(cast, operator):
    with surface(IDENTITY):
        User.objects.filter(pk=cast.operator.pk).update(status="suspended")
    assert operator.get("/admin/").status_code == 302


def test_sessions_and_passwords_of_the_admin_are_those_of_the_site(operator):
    assert operator.get("/admin/logout/").url == "/accounts/logout/"
    assert operator.get("/admin/password_change/").url == "/accounts/password/change/"


# Firms


def test_an_operator_finds_a_firm(operator):
    page = operator.get("/admin/organizations/organization/", {"q": "okafor"}).content.decode()
    assert "Okafor Bookkeeping" in page
    assert "Harcourt" not in page


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
    credits = {"firm": firm.pk, "amount": "250", "reason": "For the wait"}
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


def test_what_a_plan_holds_is_changed_in_one_place_and_told_to_its_firms(operator, cast):
    plan = SubscriptionPlan.objects.get(code="firm")
    clients = PlanFeature.objects.get(plan=plan, feature__key="clients")
    page = operator.get(change_url(plan)).content.decode()
    form = dict(re.findall(r'name="(plan_features-\d+-id)" value="([^"]+)"', page))
    form |= dict(re.findall(r'name="(plan_features-\d+-plan)" value="([^"]+)"', page))
    rows = list(PlanFeature.objects.filter(plan=plan).order_by("feature__position"))
    for number, row in enumerate(rows):
        form |= {
            f"plan_features-{number}-feature": row.feature_id,
            f"plan_features-{number}-enabled": "on",
            f"plan_features-{number}-limit": 7 if row == clients else row.limit or "",
        }
    form |= {
        "plan_features-TOTAL_FORMS": len(rows),
        "plan_features-INITIAL_FORMS": len(rows),
        "name": plan.name,
        "currency": "GBP",
        "price_month": 4900,
        "price_year": 49000,
        "trial_days": 14,
        "position": plan.position,
        "is_offered": "on",
    }
    assert operator.post(change_url(plan), form).status_code == 302
    run_jobs()
    with tenant(cast.ours.organization.pk):
        assert Organization.objects.get().usage_limits["features"]["clients"] == 7


def logged(row):
    return as_operator(lambda: list(LogEntry.objects.filter(object_id=str(row.pk)).values_list("user_id", flat=True)))


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


@pytest.mark.parametrize(
    ("model", "secret"), [(Organization, "tax_id"), (Invitation, "token_hash"), (User, "password")]
)
def test_secrets_are_neither_shown_nor_asked_for(operator, cast, model, secret):
    row = {Organization: cast.ours.organization, Invitation: cast.ours.invitation, User: cast.stranger}[model]
    statements = []
    with connection.execute_wrapper(lambda run, sql, *rest: (statements.append(str(sql)), run(sql, *rest))[1]):
        page = operator.get(change_url(row)).content.decode()
        operator.get(change_url(row).split(str(row.pk))[0])
    assert f"field-{secret}" not in page
    assert not [sql for sql in statements if f'"{secret}"' in sql]


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


# People


def test_an_operator_suspends_and_reactivates_a_person(operator, cast, sign_in):
    browser = sign_in(cast.stranger)
    assert operator.post(change_url(cast.stranger), {"status": "suspended"}).status_code == 302
    assert browser.get("/firms/").status_code == 302
    operator.post(change_url(cast.stranger), {"status": "active"})
    lines = as_operator(lambda: list(PlatformAuditLog.objects.filter(action="update").order_by("created_at")))
    assert [line.new_values for line in lines] == [{"status": "suspended"}, {"status": "active"}]
    assert {line.user_id for line in lines} == {cast.operator.pk}
    assert logged(cast.stranger) == [cast.operator.pk] * 2


def test_an_operator_changes_nothing_else_of_a_person(operator, cast):
    operator.post(change_url(cast.stranger), {"status": "active", "email": "x@y.example", "password": "x"})
    with surface(IDENTITY):
        assert User.objects.get(pk=cast.stranger.pk).email == cast.stranger.email


def test_deletion_is_no_status_to_choose(operator, cast):
    assert "Select a valid choice" in operator.post(change_url(cast.stranger), {"status": "deleted"}).content.decode()


def test_nobody_locks_themselves_out(operator, cast):
    assert operator.post(change_url(cast.operator), {"status": "suspended"}).status_code == 403


def test_a_suspended_person_is_signed_out_everywhere_and_stays_so(
    operator, cast, sign_in, django_capture_on_commit_callbacks
):
    browser = sign_in(cast.stranger)
    with django_capture_on_commit_callbacks(execute=True):
        operator.post(change_url(cast.stranger), {"status": "suspended"})
    operator.post(change_url(cast.stranger), {"status": "active"})
    assert browser.get("/firms/").status_code == 302


def test_an_operator_needs_a_second_factor_and_is_led_to_it(cast):
    browser = came_by(cast.operator, {"method": "password"})
    page = browser.get("/admin/accounts/user/", follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/second-factor/" and "need a second factor" in page.text
    assert browser.post(change_url(cast.stranger), {"status": "suspended"}).status_code == 302
    with surface(IDENTITY):
        assert User.objects.get(pk=cast.stranger.pk).status == "active"
        Authenticator.objects.create(user_id=cast.operator.pk, type="totp", data={})
    asked = browser.get("/admin/accounts/user/", follow=True).redirect_chain[-1][0]
    assert asked == "/accounts/second-factor/reauthenticate/?next=%2Fadmin%2Faccounts%2Fuser%2F"


# Settings


def test_an_operator_sets_a_switch_of_the_platform(operator):
    row = as_operator(lambda: PlatformSetting.objects.get(key="firms_per_person"))
    assert operator.post(change_url(row), {"value": "3", "description": "Taken over"}).status_code == 302
    row = as_operator(lambda: PlatformSetting.objects.get(key="firms_per_person"))
    assert (row.value, row.description) == (3, "How many firms one person may own.")
    assert len(logged(row)) == 1


# What stays closed


@pytest.mark.parametrize(
    "model",
    [Client, ClientContact, InformationRequest, Document, PortalSession, MagicLinkToken],
    ids=lambda m: m.__name__,
)
def test_clients_and_portal_are_closed_to_the_role(cast, model):
    assert not admin.site.is_registered(model)
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_operator(lambda: model.objects.first())


def test_a_firms_audit_log_is_not_read_and_no_membership_changed(cast):
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_operator(lambda: AuditLog.objects.first())
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_operator(lambda: Membership.objects.filter(pk=cast.ours.member.pk).update(role="owner"))


def test_no_shown_model_has_a_link_into_clients():
    for model in shown_models():
        for name in admin.site.get_model_admin(model).fields or ():
            try:
                related = model._meta.get_field(name).related_model
            except FieldDoesNotExist:
                continue
            assert related is None or related._meta.app_label not in ("clients", "portal", "workspaces"), name


def test_an_unknown_row_is_told_politely(operator):
    assert operator.get(reverse("admin:organizations_organization_change", args=[uuid.uuid4()])).url == "/admin/"


def test_an_operator_writes_on_the_public_site_and_it_is_on_record(operator):
    add = reverse("admin:marketing_testimonial_add")
    words = {
        "quote": "It adds up.",
        "person_name": "Ana Ruiz",
        "firm_name": "Northwind",
        "position": "1",
        "status": "draft",
    }
    assert operator.post(add, words).status_code == 302
    row = site.Testimonial.objects.get(person_name="Ana Ruiz")
    assert len(logged(row)) == 1
    history = operator.get(reverse("admin:marketing_testimonial_history", args=[row.pk]))
    assert "operator@tickmark.example" in history.content.decode()


# Jobs and mails


def a_job(cast, status):
    with cast.ours.inside():
        send_invitation.enqueue(invitation_id=cast.ours.invitation.pk)
        job = ProcrastinateJob.objects.order_by("-pk")[0]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job.pk])
    return job.pk


def status_of(job_id):
    return as_operator(lambda: ProcrastinateJob.objects.get(pk=job_id).status)


def test_an_operator_begins_a_failed_job_again_and_calls_a_waiting_one_off(operator, cast):
    failed, waiting = a_job(cast, "failed"), a_job(cast, "todo")
    jobs = "/admin/procrastinate/procrastinatejob/"
    assert "nothing was called off" in operator.post(f"{jobs}{failed}/cancel/", follow=True).text.lower()
    assert operator.post(f"{jobs}{failed}/retry/").status_code == 302
    chosen = {"action": "cancel_chosen", "_selected_action": [str(waiting)]}
    assert "1 job called off" in operator.post(jobs, chosen, follow=True).text
    assert (status_of(failed), status_of(waiting)) == ("todo", "cancelled")
    lines = as_operator(lambda: list(PlatformAuditLog.objects.filter(resource_type="procrastinate_jobs")))
    assert {(line.action, line.new_values["job"]) for line in lines} == {
        ("job begun again", failed), ("job called off", waiting)
    }  # fmt: skip
    assert str(cast.ours.organization.pk) in operator.get(f"{jobs}?q={cast.ours.organization.pk}").text

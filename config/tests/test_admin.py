"""Operators: who comes in, which pages there are, what stays closed to them."""

import itertools
import re
import uuid

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import ProgrammingError, connection
from django.urls import reverse

from accounts.models import User
from audit.models import AuditLog
from billing.models import CreditGrant, FeatureOverride, SubscriptionPlan
from clients.models import Client, ClientContact, Document, InformationRequest
from config.tests.operators import as_operator, change_url
from marketing import models as site
from organizations.jobs import send_invitation
from organizations.models import (
    Invitation,
    Membership,
    Organization,
)
from portal.models import MagicLinkToken, PortalSession
from tenancy import partitions
from tenancy.context import IDENTITY, surface
from tests.cast import PASSWORD, came_by

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])

ADDED = {
    CreditGrant, FeatureOverride, SubscriptionPlan, site.BlogAuthor, site.BlogPost, site.CaseStudy, site.CmsMedia, site.CmsPage,
    site.NewsletterSuppression, site.Testimonial,
}  # fmt: skip

FIRM = {"plan_type": "firm", "subscription_tier": "Firm", "usage_limits": "{}"}


@pytest.mark.parametrize("late", [True, False])
def test_the_first_page_says_when_nobody_makes_the_coming_months(operator, monkeypatch, late):
    monkeypatch.setattr(partitions, "is_late", lambda cursor, table, today: late and table == "audit_logs")
    page = operator.get(reverse("admin:index")).content.decode()
    assert ("for the coming months of audit_logs." in page) == ("manage.py partitions" in page) == late


def shown_models():
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def test_only_what_concerns_the_platform_is_shown(operator):
    shown = {model._meta.label for model in shown_models() if model._meta.app_label != "marketing"}
    assert shown == {
        "accounts.ActiveUserSession", "accounts.MailLog", "accounts.User", "audit.IsolationProof", "audit.PlatformAuditLog", "billing.Invoice",
        "billing.CreditGrant", "billing.Feature", "billing.FeatureOverride", "billing.StripeCustomer", "billing.StripeEvent", "billing.Subscription",
        "billing.SubscriptionPlan", "billing.UsageEvent", "organizations.Invitation", "organizations.Membership",
        "organizations.Organization", "organizations.PlatformSetting", "organizations.SupportGrant",
        "clients.DeletedFirm", "organizations.VerifiedDomain", "procrastinate.ProcrastinateJob",
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


def test_a_suspended_operator_is_out(cast, operator):
    with surface(IDENTITY):
        User.objects.filter(pk=cast.operator.pk).update(status="suspended")
    assert operator.get("/admin/").status_code == 302


def test_sessions_and_passwords_of_the_admin_are_those_of_the_site(operator):
    assert operator.get("/admin/logout/").url == "/accounts/logout/"
    assert operator.get("/admin/password_change/").url == "/accounts/password/change/"


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

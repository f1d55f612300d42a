"""What operators do to the platform: plans, switches, the public site, background jobs."""

import re

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.models import PlatformAuditLog
from billing.models import PlanFeature, SubscriptionPlan
from config.tests.operators import as_operator, change_url, logged
from marketing import models as site
from organizations.jobs import send_invitation
from organizations.models import (
    Organization,
    PlatformSetting,
)
from tenancy.context import tenant
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])


def unreachable(*_):
    raise OperationalError("The server is away.")


def test_what_a_plan_holds_is_changed_in_one_place_and_told_to_its_firms_and_the_site(operator, cast, monkeypatch):
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
    refused = operator.post(change_url(plan), form | {"currency": "jpy", "tagline": "Typed"}).text
    assert "of a currency that has hundredths" in refused and "Typed" in refused
    below = operator.post(change_url(plan), form | {"plan_features-0-limit": -1}).text
    assert "greater than or equal to 0." in below and "Constraint" not in below
    saved = operator.post(change_url(plan), form | {"currency": "gbp"}, follow=True)
    assert "The pricing page shows the plans as they are sold now." in saved.content.decode()
    [shown] = [held for held in site.PlanOffer.objects.get(code="firm").features if held["key"] == "clients"]
    assert shown["limit"] == 7
    site.PlanOffer.objects.all().delete()
    call_command("refresh_plans", if_reachable=True)  # as each release does
    assert site.PlanOffer.objects.get(code="firm").currency == "GBP"
    monkeypatch.setattr("marketing.offers.replace", unreachable)
    call_command("refresh_plans", if_reachable=True)
    assert "still shows the plans as they were" in operator.post(change_url(plan), form, follow=True).content.decode()
    run_jobs()
    with tenant(cast.ours.organization.pk):
        assert Organization.objects.get().usage_limits["features"]["clients"] == 7


def test_an_operator_sets_a_switch_of_the_platform(operator):
    row = as_operator(lambda: PlatformSetting.objects.get(key="firms_per_person"))
    assert operator.post(change_url(row), {"value": "3", "description": "Taken over"}).status_code == 302
    row = as_operator(lambda: PlatformSetting.objects.get(key="firms_per_person"))
    assert (row.value, row.description) == (3, "How many firms one person may own.")
    assert len(logged(row)) == 1


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
    assert "Begin it again" in operator.get(f"{jobs}{failed}/change/").text
    assert "Call it off" in operator.get(f"{jobs}{waiting}/change/").text
    assert operator.post(f"{jobs}{failed}/retry/").status_code == 302
    chosen = {"action": "cancel_chosen", "_selected_action": [str(waiting)]}
    assert "1 job called off" in operator.post(jobs, chosen, follow=True).text
    assert (status_of(failed), status_of(waiting)) == ("todo", "cancelled")
    lines = as_operator(lambda: list(PlatformAuditLog.objects.filter(resource_type="procrastinate_jobs")))
    assert {(line.action, line.new_values["job"]) for line in lines} == {
        ("job begun again", failed), ("job called off", waiting)
    }  # fmt: skip
    assert str(cast.ours.organization.pk) in operator.get(f"{jobs}?q={cast.ours.organization.pk}").text


def test_a_list_taken_out_and_a_copy_made_are_on_record_too(operator):
    assert operator.get(reverse("admin:marketing_newslettersignup_export")).status_code == 200
    assert operator.post(reverse("admin:marketing_planoffer_refresh")).status_code == 302
    lines = as_operator(lambda: list(PlatformAuditLog.objects.exclude(resource_type="users").order_by("created_at")))
    assert [(line.action, sorted(line.new_values)) for line in lines] == [
        ("newsletter_exported", ["addresses"]), ("plans_shown", ["plans"])
    ]  # fmt: skip

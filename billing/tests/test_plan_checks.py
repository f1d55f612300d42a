"""Where the plan is asked: pages, programs, drafting and exports refuse alike, and say which plan would do."""

import pytest

from billing.models import UsageEvent
from billing.tests.plans import exception, on_plan
from organizations.models import CustomRole, Organization, OrganizationDomain
from tests.api import Program, api_url
from tests.cast import Cast, signed_in
from tests.jobs import run_jobs
from workspaces.models import ScopingSession, SessionDraft

pytestmark = pytest.mark.django_db
HINT = "The Firm plan has it, and Owner Harcourt or Billing Harcourt can change it under Billing."


def test_what_a_plan_does_not_hold_is_refused_wherever_it_is_asked_for(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        on_plan("practice")
        Organization.objects.update(brand_colors={"brand": "#17613f"})
    owner = signed_in(ours.owner)
    refusals = {
        "Roles and permissions": ("role_create", {"name": "Typed role", "permissions": ["view_clients"]}),
        "Domains": ("domain_list", {"domain": "typed.example"}),
        "API access": ("access_token_create", {"name": "Typed token"}),
    }
    for name, (page, typed) in refusals.items():
        assert owner.get(ours.url(page)).status_code in (200, 302), "to look is free"
        answer = owner.post(ours.url(page), typed)
        assert answer.status_code == 403 and f"{name}: not in the Practice plan. {HINT}" in answer.text
        assert next(word for word in typed.values() if isinstance(word, str)) in answer.text
    program = Program(ours.member).get(api_url(ours, "api_session_list"))
    assert program.status_code == 403 and "API access: not in the Practice plan." in program.text
    with ours.inside():
        assert not CustomRole.objects.filter(name="Typed role").exists()
        assert not OrganizationDomain.objects.filter(domain="typed.example").exists()
        assert Organization.objects.get().brand == "#17613f"
        exception("portal_brand", enabled=False)
        exception("api")
        assert Organization.objects.get().brand != "#17613f"
    assert Program(ours.member).get(api_url(ours, "api_session_list")).status_code == 200


def test_drafting_and_exports_stop_with_the_credits_and_a_failed_draft_costs_nothing(
    cast: Cast, settings: object
) -> None:
    ours, scoping = cast.ours, cast.ours.scoping
    settings.DRAFTING = {"url": "http://127.0.0.1:9/v1", "key": "k", "model": "m", "seconds": 1, "credits": "20"}  # type: ignore[attr-defined]
    with ours.inside():
        SessionDraft.objects.all().delete()
        ScopingSession.objects.filter(pk=scoping.pk).update(
            session_objects=scoping.session_objects | {"source": "Stock never agrees."}
        )
        exception("credits", 24)
    browser, asked = signed_in(ours.member), ours.url("scoping_draft_asking", scoping_id=scoping.pk)
    assert "Being drafted" in browser.post(asked, follow=True).text
    with ours.inside():
        assert (SessionDraft.objects.get().state, UsageEvent.objects.filter(event_type="ai_call").count()) == (
            "waiting",
            0,
        )
    refused = browser.get(ours.url("scoping_pdf", scoping_id=scoping.pk))
    assert (
        refused.status_code == 403 and "Your plan has 24 credits a month; 2 are left, and this takes 5." in refused.text
    )
    run_jobs()  # nobody answers there: what was promised is free again
    assert browser.get(ours.url("scoping_pdf", scoping_id=scoping.pk)).status_code == 200
    assert browser.get(ours.url("scoping_pdf", scoping_id=scoping.pk)).status_code == 200, (
        "the same version is paid once"
    )
    with ours.inside():
        events = UsageEvent.objects.filter(credits_consumed__gt=2).values_list("event_type", "credits_consumed")
        assert [*events] == [("pdf_export", 5)]
    assert "17 are left, and this takes 20" in browser.post(asked, follow=True).text


def test_a_session_too_many_is_refused_in_its_form_and_what_came_last_is_read_only(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        on_plan("firm")
        exception("scoping_sessions", ScopingSession.objects.filter(is_template=False).count())
    browser = signed_in(ours.member)
    page = browser.post(ours.url("scoping_create"), {"title": "One more session", "session_type": "solution"})
    assert page.status_code == 422 and "One more session" in page.text and "Ask Tickmark for more" in page.text
    with ours.inside():
        exception("scoping_sessions", 0)
    assert browser.get(ours.url("scoping_history", scoping_id=ours.scoping.pk)).status_code == 200
    renamed = browser.post(ours.url("scoping_version_naming", scoping_id=ours.scoping.pk), {"name": "Typed name"})
    assert renamed.status_code == 403 and "those that came last can be read, not changed" in renamed.text
    copied = browser.post(ours.url("scoping_copy", scoping_id=ours.scoping.pk))
    assert copied.status_code == 403 and "Your plan has 0 scoping sessions" in copied.text

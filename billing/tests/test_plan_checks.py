"""Where the plan is asked: pages, programs, drafting and exports refuse alike, and say which plan would do."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from billing import plan_permissions
from billing.entitlements import PlanRefused, require_open
from billing.frozen import is_frozen
from billing.models import UsageEvent
from billing.tests.plans import exception, on_plan
from clients import client_bulk, plan_measures
from clients.models import Client, Project
from conversations import posting
from conversations.models import Comment
from conversations.people import Person
from organizations import member_changes, narrowing
from organizations.models import CustomRole, Membership, Organization, OrganizationDomain
from organizations.permissions import Permission
from tests.api import Program, api_url
from tests.cast import Cast, signed_in
from tests.isolation.pages import OBJECTS
from tests.jobs import run_jobs
from workspaces.models import ProjectSeries, ScopingSession, SessionDraft
from workspaces.projects import series
from workspaces.scoping import saving

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
    assert "5 credits" in browser.get(ours.url("scoping_page", scoping_id=scoping.pk, part="structuring")).text
    run_jobs()  # nobody answers there: what was promised is free again
    assert browser.head(ours.url("scoping_pdf", scoping_id=scoping.pk)).status_code == 200
    with ours.inside():
        assert not UsageEvent.objects.filter(credits_consumed__gt=2).exists(), "to look costs nothing"
    assert browser.get(ours.url("scoping_pdf", scoping_id=scoping.pk)).status_code == 200
    assert browser.get(ours.url("scoping_pdf", scoping_id=scoping.pk)).status_code == 200, (
        "the same version is paid once"
    )
    with ours.inside():
        events = UsageEvent.objects.filter(credits_consumed__gt=2).values_list("event_type", "credits_consumed")
        assert [*events] == [("pdf_export", 5)]
    assert "17 are left, and this takes 20" in browser.post(asked, follow=True).text


def test_a_template_is_no_way_around_the_number_of_sessions(cast: Cast) -> None:
    """It takes no place, is never read-only, and takes a place as soon as it is to be a session again."""
    ours, browser = cast.ours, signed_in(cast.ours.member)
    with ours.inside():
        on_plan("firm")
    browser.post(ours.url("scoping_keeping", scoping_id=ours.scoping.pk))
    with ours.inside():
        template = ScopingSession.objects.get(is_template=True)
        exception("scoping_sessions", 0)
    page = ours.url("scoping_update", scoping_id=template.pk)
    typed = {"title": "Typed title", "session_type": "solution"}
    refused = browser.post(page, typed | {"seen": browser.get(page).context["form"].initial["seen"]})
    assert refused.status_code == 422 and "Your plan has 0 scoping sessions" in refused.text
    assert "Typed title" in refused.text
    program, address = Program(ours.member), api_url(ours, "api_session", scoping_id=template.pk)
    answer = program.ask("patch", address, {"type": "solution"}, {"If-Match": "*"})
    assert answer.status_code == 422 and "Your plan has 0 scoping sessions" in answer.text
    assert program.ask("patch", address, {"title": "Renamed"}, {"If-Match": "*"}).status_code == 200
    with ours.inside(), pytest.raises(PlanRefused):
        template.refresh_from_db()
        template.session_type = "solution"
        saving.describe(template, by=ours.member)


def test_all_work_for_a_client_beyond_the_plan_is_read_only(cast: Cast) -> None:
    """From pages, by programs, and many clients at once; what frees a place works."""
    ours = cast.ours
    with ours.inside():
        on_plan("firm")
        exception("clients", 0)
        member = Membership.objects.select_related("organization").get(pk=ours.member.pk)
        for name in sorted(plan_permissions.ways):
            row = getattr(ours, OBJECTS[name][0])
            with pytest.raises(PlanRefused, match="those that came last can be read, not changed"):
                narrowing.guard(member, Permission.WRITE_SCOPING, {name: row.pk})
        narrowing.guard(member, Permission.VIEW_SCOPING, {"scoping_id": ours.scoping.pk})
        everyone = Client.objects.all()
        chosen = client_bulk.Selection(rows=everyone.filter(pk=ours.bakery.pk), seen=client_bulk.database_now())
        told = client_bulk.set_status(chosen, everyone, "onboarding", by=ours.owner)
        assert [why for _, why in told.refused] == [client_bulk.BEYOND_THE_PLAN] and not told.changed
    program = Program(ours.member)
    address = api_url(ours, "api_session", scoping_id=ours.scoping.pk)
    assert program.get(address).status_code == 200
    refused = program.ask("patch", address, {"title": "Typed"}, {"If-Match": "*"})
    assert refused.status_code == 403 and "those that came last can be read, not changed" in refused.text
    browser = signed_in(ours.member)
    made = browser.post(
        ours.url("project_create"), {"name": "Typed project", "client": ours.bakery.pk, "status": "active"}
    )
    assert made.status_code == 422 and "Typed project" in made.text
    assert "those that came last can be read, not changed" in str(made.context["form"].errors["client"])
    talk = ours.url("comment_create", kind="request", subject_id=ours.pending.pk)
    said = browser.post(talk, {"body": "Typed words", "audience": "internal", "submission": uuid4()})
    assert said.status_code == 403 and "Typed words" in said.text and "can be read, not changed" in said.text
    with ours.inside():
        before = Comment.objects.count()
        Project.objects.filter(pk=ours.project.pk).update(start_date=timezone.localdate() - timedelta(days=40))
        ProjectSeries.objects.filter(project=ours.project).delete()
        ProjectSeries.objects.create(project=ours.project, every="month")
        assert series.due(timezone.localdate()) == [], "what comes again waits, too"
        contact = Person("Ana", contact_id=ours.ana.pk)
        posting.post(ours.pending, by=contact, audience="client", body="Here it is", submission=uuid4())
        assert Comment.objects.count() == before + 1, "the client goes on to answer"
        assert client_bulk.set_status(chosen, everyone, "archived", by=ours.owner).changed


def test_what_was_read_only_is_open_as_soon_as_there_is_room(cast: Cast) -> None:
    ours = cast.ours
    with ours.inside():
        on_plan("firm")
        for number in range(5):
            Client.objects.create(name=f"Client {number}")
        first, second, third, *_, late, last = plan_measures.working().order_by("pk")
        exception("clients", plan_measures.working().count() - 2)
        with pytest.raises(PlanRefused):
            require_open("clients", late.pk, Organization.objects.get())
        first.archive()
        assert Organization.objects.get().usage_limits["open_until"]["clients"] == str(late.pk)
        Client.objects.filter(pk=second.pk).update(deleted_at=timezone.now())  # whoever forgets to tell
        require_open("clients", last.pk, Organization.objects.get())
        assert "open_until" not in Organization.objects.get().usage_limits
        third.archive()

        people = list(Membership.objects.settled().filter(role__in=["admin", "member", "viewer"]).order_by("pk"))
        owners = Membership.objects.settled().filter(role="owner").count()
        exception("seats", owners + len(people) - 2)

        def is_stopped(member: Membership) -> bool:
            return is_frozen("seats", member.pk, Organization.objects.get())

        assert [is_stopped(member) for member in people[-3:]] == [False, True, True]
        member_changes.remove(people[0], by=ours.owner)
        assert [is_stopped(member) for member in people[-2:]] == [False, True]
        member_changes.change_role(people[1], "billing", by=ours.owner)
        assert not is_stopped(people[-1])
        assert str(plan_permissions.refused("workpapers")) == plan_permissions.JUST_CHANGED, "never an empty sentence"


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

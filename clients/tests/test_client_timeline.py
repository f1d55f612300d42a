"""What a client's page tells: what happened, what is blocking, and the tax number only on record."""

import pytest
from django.utils import timezone

from audit.models import AuditLog
from clients.models import ClientEvent, InformationRequest, Project
from organizations.models import Membership
from portal.models import ReminderItem, ReminderMail
from workspaces.models import Binder, ScopingSession

pytestmark = pytest.mark.django_db


def timeline(browser, firm, **params):
    return browser.get(firm.url("client_timeline", client_id=firm.bakery.pk), params)


def test_the_timeline_tells_of_requests_documents_and_the_client_as_far_as_one_may_see(cast, sign_in):
    def verbs(member):
        return {entry.verb for entry in timeline(sign_in(member), cast.ours).context["timeline"].entries}

    with cast.ours.inside():
        ClientEvent.objects.create(client=cast.ours.bakery, verb="wall_up", what="Somebody", member=cast.ours.owner)
    assert {"added the client", "answered", "uploaded"} <= verbs(cast.ours.member)
    assert "put up a wall before" in verbs(cast.ours.owner) and "put up a wall before" not in verbs(cast.ours.member)
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.member.pk).update(
            permissions={"view_requests": False, "view_documents": False}
        )
    assert not {"answered", "uploaded", "reminded"} & verbs(cast.ours.member)


def test_the_timeline_tells_of_reminders_and_of_the_firms_own_work(cast, sign_in):
    ours, browser = cast.ours, sign_in(cast.ours.member)
    with ours.inside():
        Project.objects.filter(pk=ours.project.pk).update(client=ours.bakery)
        Binder.objects.update(
            locked_at=timezone.now(),
            locked_by=ours.member,
            retained_until="2035-01-01",
            report_released_on="2026-02-01",
            legend=[],
        )
        mail = ReminderMail.objects.create(
            contact=ours.ana,
            day="2026-03-02",
            status="sent",
            sent_at=timezone.now(),
            is_manual=True,
            sent_by=ours.admin,
        )
        ReminderItem.objects.create(mail=mail, request=ours.pending)
        session = ScopingSession.objects.get(pk=ours.scoping.pk)
    told = {entry.verb: entry for entry in timeline(browser, ours).context["timeline"].entries}
    assert (told["reminded"].actor, told["reminded"].what) == (ours.admin.display_name, "Ana Ruiz of 1 request")
    work = {"began the project", "began the binder of", "locked the binder of", "signed as preparer", "began to scope"}
    assert work | {"accepted the scope"} <= told.keys()
    page = browser.get(ours.url("client_scoping", client_id=ours.bakery.pk)).text
    assert session.title in page
    assert ours.url("scoping_page", scoping_id=session.pk, part="structuring") in page
    with ours.inside():
        denied = {"view_projects": False, "view_workpapers": False, "view_scoping": False}
        Membership.objects.filter(pk=ours.member.pk).update(permissions=denied)
    verbs = {entry.verb for entry in timeline(browser, ours).context["timeline"].entries}
    assert not work & verbs and "reminded" in verbs
    assert browser.get(ours.url("client_scoping", client_id=ours.bakery.pk)).status_code == 403


def test_the_timeline_is_paged_without_losing_a_line(cast, sign_in, monkeypatch):
    with cast.ours.inside():
        for n in range(8):
            ClientEvent.objects.create(client=cast.ours.bakery, verb="changed", what=f"field {n}")
    browser, seen, before = sign_in(cast.ours.owner), [], ""
    whole = [entry.moment for entry in timeline(browser, cast.ours).context["timeline"].entries]
    monkeypatch.setattr("clients.timeline.timeline.__kwdefaults__", {"before": "", "size": 3})
    while True:
        found = timeline(browser, cast.ours, before=before).context["timeline"]
        seen += [entry.moment for entry in found.entries]
        if not (before := found.older):
            break
    assert seen == whole == sorted(set(seen), reverse=True)
    assert len(seen) > 8
    assert timeline(browser, cast.ours, before="nonsense").status_code == 200


def test_looking_at_the_tax_number_is_on_record(cast, sign_in):
    url = cast.ours.url("client_tax_id_reveal", client_id=cast.ours.bakery.pk)
    overview = cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)
    browser = sign_in(cast.ours.member)
    assert "GB123456789" not in browser.get(overview).content.decode()
    assert browser.get(url).status_code == 405
    response = browser.post(url)
    assert "GB123456789" in response.content.decode() and "no-store" in response.headers["Cache-Control"]
    with cast.ours.inside():
        line = AuditLog.objects.get(action="reveal")
        assert (line.resource_id, line.user_id) == (cast.ours.bakery.pk, cast.ours.member.user_id)


def test_both_sides_of_the_ball_stand_on_the_overview(cast, sign_in):
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.pending.pk).update(due_date="2020-01-01")
    page = sign_in(cast.ours.member).get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk)).content.decode()
    assert "What is blocking" in page and "With us" in page and "The pending request" in page

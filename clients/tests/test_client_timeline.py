"""What a client's page tells: what happened, what is blocking, and the tax number only on record."""

import pytest

from audit.models import AuditLog
from clients.models import (
    ClientEvent,
    InformationRequest,
)
from organizations.models import Membership

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
    assert verbs(cast.ours.member) == {"added the client"}


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

"""A firm reads in its own trail who signed in, and who failed to."""

import pytest

from accounts.sign_in_trail import write
from audit.models import AuditLog
from organizations.sign_in_lines import copy_sign_ins
from tenancy.context import IDENTITY, audited, surface
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_sign_ins_and_failures_of_members_reach_the_firms_trail_once(cast, sign_in):
    ours, theirs = cast.ours.member.user, cast.theirs.member.user
    with surface(IDENTITY), audited(ip="192.0.2.140", agent="Firefox"):
        write("login_failed", ours)
        write("login", ours)
        write("login", theirs)
        write("login_failed", None)
    for _ in range(2):
        with cast.ours.inside():
            copy_sign_ins.enqueue()
        run_jobs()
    with cast.ours.inside():
        lines = AuditLog.objects.filter(ip_address="192.0.2.140").order_by("id")
        assert [(line.action, line.user_id) for line in lines] == [("login_failed", ours.pk), ("login", ours.pk)]
        assert {line.resource_id for line in lines} == {cast.ours.member.pk}
    page = sign_in(cast.ours.owner).get(cast.ours.url("audit_log"), {"security": "on", "q": "192.0.2.140"})
    assert [entry.action.word for entry in page.context["entries"]] == ["Signed in", "Failed sign-in"]
    assert {entry.who for entry in page.context["entries"]} == {cast.ours.member.display_name}

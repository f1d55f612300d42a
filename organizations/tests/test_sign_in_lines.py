"""A firm reads in its own trail who signed in, and who failed to."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.sign_in_trail import write
from audit.models import AuditLog
from organizations.sign_in_lines import copy_sign_ins, last_sign_ins
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
    for entry in page.context["entries"]:
        assert entry.moment.isoformat() == entry.line.new_values["at"] and entry.moment <= entry.line.created_at
    assert {entry.who for entry in page.context["entries"]} == {cast.ours.member.display_name}
    for reader, told in ((cast.ours.owner, True), (cast.ours.member, False)):
        members = sign_in(reader).get(cast.ours.url("member_list"))
        (row,) = [row for row in members.context["rows"] if row["member"] == cast.ours.member]
        assert (row["signed_in_at"] is not None) == ("Last sign-in" in members.text) == told


def test_the_members_page_tells_of_a_sign_in_at_once_and_later_by_the_trail(cast, sign_in):
    def told() -> datetime | None:
        with cast.ours.inside():
            return last_sign_ins([cast.ours.billing]).get(cast.ours.billing.pk)

    before = told()
    with surface(IDENTITY), audited(ip="192.0.2.141"):
        write("login", cast.ours.billing.user)
    at = told()
    assert at and at != before
    with cast.ours.inside():
        copy_sign_ins.enqueue()
    run_jobs()
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert told() == at
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        assert told() is None

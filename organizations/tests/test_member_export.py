"""The members as a table, read from the view `organization_members`."""

import csv
import io

import pytest
from allauth.mfa.models import Authenticator

from audit.models import AuditLog
from organizations.models import Membership
from tenancy.context import IDENTITY, surface
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db


def exported(cast: Cast) -> dict[str, dict[str, str]]:
    answer = signed_in(cast.ours.owner).get(cast.ours.url("member_export"))
    assert answer.status_code == 200
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return {row["E-mail"]: row for row in rows}


def secure(person: Membership) -> None:
    with surface(IDENTITY):
        Authenticator.objects.create(user_id=person.user_id, type="totp", data={})


def test_everybody_in_the_firm_is_in_it_and_nobody_else(cast: Cast) -> None:
    with cast.ours.inside():
        Membership.objects.filter(pk=cast.ours.viewer.pk).update(invited_by=cast.ours.admin)
    found = exported(cast)
    assert set(found) == {member.email for member in cast.ours.members.values()}
    assert found[cast.ours.viewer.email]["Invited by"] == cast.ours.admin.display_name
    assert found[cast.ours.viewer.email]["Role"] == "Viewer"


def test_it_is_on_record(cast: Cast) -> None:
    exported(cast)
    with cast.ours.inside():
        line = AuditLog.objects.filter(action="exported").latest("created_at")
    assert line.new_values == {"what": "members", "rows": 5}


def test_who_has_a_second_factor_is_told_to_those_who_manage_members(cast: Cast) -> None:
    secure(cast.ours.viewer)
    secure(cast.theirs.viewer)
    found = exported(cast)
    assert [email for email, row in found.items() if row["Second factor"] == "yes"] == [cast.ours.viewer.email]
    assert signed_in(cast.ours.owner).get(cast.ours.url("member_list")).text.count(">None</span>") == 4
    assert "Second factor" not in signed_in(cast.ours.member).get(cast.ours.url("member_list")).text


def test_recovery_codes_alone_are_no_second_factor(cast: Cast) -> None:
    with surface(IDENTITY):
        Authenticator.objects.create(user_id=cast.ours.viewer.user_id, type="recovery_codes", data={})
    assert exported(cast)[cast.ours.viewer.email]["Second factor"] == "no"


def test_only_who_manages_members_exports_them(cast: Cast) -> None:
    assert signed_in(cast.ours.viewer).get(cast.ours.url("member_export")).status_code == 403

"""Separation of duties: a firm switches a pair on, and from then on nobody does both, whatever their role."""

import pytest

from clients.models import InformationRequest
from organizations import duties
from organizations.duties import Duty
from organizations.models import Organization
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db


def switch_on(cast: Cast, *keys: str) -> None:
    answer = signed_in(cast.ours.owner).post(cast.ours.url("firm_duties"), {"kept": keys})
    assert answer.status_code == 302


def written_by(cast: Cast, role: str) -> None:
    with cast.ours.inside():
        InformationRequest.objects.filter(pk=cast.ours.submitted.pk).update(created_by=cast.ours.members[role])


def accept(cast: Cast, role: str) -> int:
    url = cast.ours.url("request_acceptance", request_id=cast.ours.submitted.pk)
    return signed_in(cast.ours.members[role]).post(url).status_code


@pytest.mark.parametrize("role", ["owner", "member"])
def test_whoever_wrote_a_request_does_not_accept_its_answer(cast: Cast, role: str) -> None:
    switch_on(cast, "author_accepts")
    written_by(cast, role)
    browser = signed_in(cast.ours.members[role])
    page = browser.get(cast.ours.url("request_detail", request_id=cast.ours.submitted.pk)).text
    assert cast.ours.url("request_acceptance", request_id=cast.ours.submitted.pk) not in page
    assert cast.ours.url("request_return", request_id=cast.ours.submitted.pk) in page
    answer = browser.post(cast.ours.url("request_acceptance", request_id=cast.ours.submitted.pk))
    assert answer.status_code == 409
    assert "Whoever wrote a request does not accept the answer to it. Ask a colleague." in answer.text


def test_a_colleague_accepts_it(cast: Cast) -> None:
    switch_on(cast, "author_accepts")
    written_by(cast, "admin")
    assert accept(cast, "member") == 302


def test_a_firm_that_has_not_switched_it_on_is_not_bound(cast: Cast) -> None:
    written_by(cast, "member")
    assert accept(cast, "member") == 302


def test_the_other_firm_keeps_its_own_rules(cast: Cast) -> None:
    switch_on(cast, "author_accepts")
    with cast.theirs.inside():
        assert duties.kept_by(Organization.objects.get()) == []


def test_it_is_switched_off_again_and_other_settings_stay(cast: Cast) -> None:
    with cast.ours.inside():
        Organization.objects.update(settings={"sign_in": {"mfa_from": None}})
    switch_on(cast, "author_accepts")
    switch_on(cast)
    with cast.ours.inside():
        assert Organization.objects.get().settings == {"sign_in": {"mfa_from": None}, "separated_duties": []}


def test_a_pair_nobody_knows_is_not_taken(cast: Cast) -> None:
    answer = signed_in(cast.ours.owner).post(cast.ours.url("firm_duties"), {"kept": ["no-such-pair"]})
    assert answer.status_code == 422


def test_an_app_above_registers_a_pair_of_its_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Duty("prepare_review", "review", "Whoever prepared it does not review it.", lambda on: [on])
    monkeypatch.setitem(duties.duties, pair.key, pair)
    switch_on(cast, "prepare_review")
    with cast.ours.inside():
        member = type(cast.ours.member).objects.select_related("organization").get(pk=cast.ours.member.pk)
        assert duties.refusal("review", member.pk, by=member)
        assert not duties.refusal("review", cast.ours.admin.pk, by=member)
        assert not duties.refusal("prepare", member.pk, by=member)


@pytest.mark.parametrize("role", ["member", "viewer", "billing"])
def test_only_who_manages_the_firm_decides(cast: Cast, role: str) -> None:
    assert signed_in(cast.ours.members[role]).get(cast.ours.url("firm_duties")).status_code == 403

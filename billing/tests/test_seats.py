"""The seats of a firm's plan: who takes one, who is refused, and that the sentence says what to do."""

from typing import Any

import pytest
from django.utils import timezone

from billing.models import FeatureOverride
from billing.tests.plans import exception
from organizations import member_changes, seats
from organizations.member_changes import ChangeRefused
from organizations.models import Invitation, Membership
from organizations.tests.test_ownership import hand_over, roles
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db


def limit(cast: Cast, *, left: int) -> int:
    with cast.ours.inside():
        allowed = seats.seats_used() + left
        exception("seats", allowed)
    return allowed


def invite(cast: Cast, emails: str, role: str = "member") -> Any:
    return signed_in(cast.ours.admin).post(
        cast.ours.url("invitation_list"), {"emails": emails, "role": role}, follow=True
    )


def test_a_firm_takes_as_many_people_as_its_plan_has_seats(cast: Cast) -> None:
    allowed = limit(cast, left=1)
    page = invite(cast, "one@many.example, two@many.example").text
    assert page.count("Invitation sent.") == 1
    assert f"Your plan has {allowed} seats, and all are taken." in page and "Tickmark" in page
    assert "Invitation sent." in invite(cast, "books@many.example", "billing").text, "who only pays needs no seat"
    assert "all are taken" in invite(cast, "books@many.example", "member").text, "nor does the role change that"
    assert "sent again" in invite(cast, "one@many.example", "viewer").text
    with cast.ours.inside():
        assert set(Invitation.objects.pending().filter(email__endswith="@many.example").values_list("email", "role")) == {
            ("one@many.example", "viewer"), ("books@many.example", "billing"),
        }  # fmt: skip
        payer = Membership.objects.get(pk=cast.ours.billing.pk)
        with pytest.raises(ChangeRefused, match="all are taken"):
            member_changes.change_role(payer, "member", by=cast.ours.owner)
        exception("seats", 1)  # a smaller plan takes nobody's place away
        member_changes.change_role(Membership.objects.get(pk=cast.ours.viewer.pk), "member", by=cast.ours.owner)
        FeatureOverride.objects.update(ended_at=timezone.now())
        member_changes.change_role(payer, "member", by=cast.ours.owner)


def test_who_only_pays_takes_a_seat_with_the_firm(cast: Cast) -> None:
    limit(cast, left=0)
    refused = hand_over(cast, cast.ours.billing)
    assert refused.status_code == 422 and "all are taken" in refused.text
    assert (roles(cast)["owner"], roles(cast)["billing"]) == ("owner", "billing")
    hand_over(cast, cast.ours.member)
    assert (roles(cast)["owner"], roles(cast)["member"]) == ("admin", "owner"), "who has a seat needs none"

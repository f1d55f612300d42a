"""Two questions of Tickmark's support: one from last month, answered and over; one that waits for an owner."""

from datetime import timedelta

from django.utils import timezone

from config.demo.firms import OPERATOR
from config.demo.people import ensure_user
from organizations.models import Membership, SupportGrant

LAST_MONTH = "A reminder to Northwind Bakeries went out twice. We would like to see its list and its reminder rules."
NOW = "The import of your trial balance stopped at row 212. We would like to see the accounts around it."


def add_support(owner: Membership) -> None:
    operator = ensure_user(OPERATOR)[0]
    then = timezone.now() - timedelta(days=31)
    who = {"operator_id": operator.pk, "operator_name": operator.full_name}
    SupportGrant.objects.create(
        **who, reason=LAST_MONTH, hours=4, created_at=then, answered_at=then + timedelta(minutes=50), answered_by=owner,
        expires_at=then + timedelta(minutes=50, hours=4),
    )  # fmt: skip
    SupportGrant.objects.create(**who, reason=NOW, hours=24)

"""Members of the set meet accounts by their e-mail address. Nobody gets in by being listed in a file.

A confirmed account becomes the member at once. Everybody else becomes a former member, so that their work keeps their
name, and is invited: accepting brings the same membership back (organizations/invitations.py).
"""

import uuid
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import User
from config.adopting.converting import DataSet, Row
from config.adopting.problems import Problems
from organizations.invitations import invite
from organizations.models import Membership
from tenancy.context import IDENTITY, surface


@dataclass(frozen=True)
class Person:
    """The account of one member; `is_new` where it has to be made."""

    row: Row
    user_id: uuid.UUID
    is_confirmed: bool
    is_new: bool


def find_people(found: DataSet, problems: Problems) -> list[Person]:
    people, seen = list[Person](), set[str]()
    with surface(IDENTITY):
        for row in found.rows["members"]:
            email = str(row.values.get("email", "")).lower()
            if email and email in seen:
                problems.add(found.files["members"], row.number, "email", f"Another row has the address {email}.")
            elif email:
                seen.add(email)
                people.append(person(row, email))
    return people


def person(row: Row, email: str) -> Person:
    user_id = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
    confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True, user=user_id).exists()
    return Person(row, user_id or uuid7(), confirmed, user_id is None)


def place_people(found: DataSet, people: list[Person]) -> list[Person]:
    """Inside the firm: a person who is a member already keeps that membership. Returns whom to invite."""
    there = dict(Membership.with_deleted.filter(user__in=[one.user_id for one in people]).values_list("user", "pk"))
    invited = []
    for one in people:
        values = one.row.values
        if one.user_id in there:
            found.elsewhere[one.row.pk] = there[one.user_id]
            one.row.pk = there[one.user_id]
            continue
        values["user_id"] = one.user_id
        values["joined_as"] = values.get("joined_as") or values["email"]
        if not (one.is_confirmed or values.get("deleted_at") or values.get("status") == "suspended"):
            values["deleted_at"] = timezone.now()
            invited.append(one)
    return invited


def send_invitations(found: DataSet, invited: list[Person], problems: Problems) -> None:
    """Open invitations; the members page mails them."""
    by = Membership.with_deleted.filter(role="owner").order_by("created_at", "pk").first()
    for someone in invited:
        values = someone.row.values
        assert by is not None  # noqa: S101 (a set without an owner was refused)
        for line in invite([values["email"].lower()], role=values.get("role", "member"), by=by):
            if line.invitation is None:
                problems.add(found.files["members"], someone.row.number, "email", line.outcome)


def make_accounts(people: list[Person]) -> None:
    """Without a password: whoever reads the mailbox chooses one."""
    with surface(IDENTITY):
        for someone in people:
            if someone.is_new:
                values = someone.row.values
                user = User.objects.create_user(
                    values["email"], None, pk=someone.user_id, full_name=values["display_name"]
                )
                EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)

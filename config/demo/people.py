"""Accounts that can sign in: a password everybody knows and an address that counts as confirmed."""

from allauth.account.models import EmailAddress

from accounts.models import User
from config.demo.specs import Person
from tenancy.context import IDENTITY, surface

PASSWORD = "a-demo-everyone-may-enter"  # noqa: S105 (printed on purpose; the command refuses real installations)


def ensure_user(person: Person) -> tuple[User, bool]:
    """The account, and whether it was made now. One that is there keeps its password."""
    with surface(IDENTITY):
        if found := User.objects.filter(email__iexact=person.email).first():
            return found, False
        first, _, last = person.name.partition(" ")
        user = User.objects.create_user(
            person.email, PASSWORD, full_name=person.name, first_name=first, last_name=last,
            is_operator=person.role == "operator",
        )  # fmt: skip
        EmailAddress.objects.create(user=user, email=person.email, verified=True, primary=True)
        return user, True

"""What firms show of a person, made true by jobs: each reads the account again, and may run as often as it likes."""

from uuid import UUID

from accounts.models import User
from organizations import people
from tenancy.context import acting_as
from tenancy.jobs import person_task

#: Longer than a transaction may take that such a job was enqueued beside.
SETTLED = 60


@person_task(in_parts=True)
def copy_person(user_id: str) -> None:
    """Each firm by a job of its own: one that fails keeps no other waiting."""
    for organization in people.firms_of(UUID(user_id)):
        with acting_as(user_id):
            copy_person_to_firm.enqueue(user_id, firm_id=organization)


@person_task(in_parts=True)
def copy_person_to_firm(user_id: str, firm_id: str) -> None:
    """What the person's account says now; done again, it changes nothing."""
    with acting_as(user_id):
        user = User.objects.get(pk=user_id)
    people.copy_to_firm(user, UUID(firm_id))


def copy_person_later(user: User) -> None:
    copy_person.enqueue_in(SETTLED, user)

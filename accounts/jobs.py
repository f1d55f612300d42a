"""Jobs of people. Arguments are ids; each runs as the person it is for."""

from uuid import UUID

from accounts import deletion
from tenancy.jobs import person_task


@person_task()
def forget_account(user_id: str) -> None:
    """After the time of grace."""
    deletion.forget(UUID(user_id))

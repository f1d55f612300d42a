"""Which rules hold for a request list: its own, else the firm's, else none."""

from dataclasses import dataclass
from uuid import UUID

from clients.models import RequestList
from portal.models import ReminderSchedule


@dataclass(frozen=True)
class Schedules:
    firm: ReminderSchedule | None
    of_lists: dict[UUID, ReminderSchedule]

    @classmethod
    def stored(cls) -> "Schedules":
        rows = list(ReminderSchedule.objects.all())
        firm = next((row for row in rows if row.request_list_id is None), None)
        return cls(firm, {row.request_list_id: row for row in rows if row.request_list_id})

    @property
    def earliest(self) -> int:
        """So many days before its due date something may be spoken of at the earliest."""
        rows = [*self.of_lists.values(), *([self.firm] if self.firm else [])]
        return max((-day for row in rows for day in row.days if day < 0), default=0)

    def of(self, list_id: UUID) -> ReminderSchedule | None:
        """None where nobody has turned reminders on."""
        found = self.of_lists.get(list_id, self.firm)
        return found if found and found.is_on else None


def firm_schedule() -> ReminderSchedule:
    """The firm's rules, or the usual ones, not saved and off: no firm begins to mail by itself."""
    return ReminderSchedule.objects.filter(request_list=None).first() or ReminderSchedule(is_on=False)


def list_schedule(request_list: RequestList) -> ReminderSchedule | None:
    """The list's own rules, if it has any."""
    return ReminderSchedule.objects.filter(request_list=request_list).first()

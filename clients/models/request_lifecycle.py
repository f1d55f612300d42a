"""The life of a request: draft → pending → submitted → accepted, or returned, or waived; and reopened.

Each verb checks the state it starts from under a row lock, so that two people or a double click cannot both succeed,
and leaves a RequestEvent: who, when, why. On a closed list nothing is asked of the client, and nothing answered.
"""

from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models.answer_type import AnswerOptions, AnswerType, value_words
from clients.models.request_event import RequestEvent, on_step
from clients.models.request_status import Answer, Status
from organizations import duties

if TYPE_CHECKING:
    from clients.models.contact import ClientContact
    from organizations.models import Membership


#: The states in which it is somebody's turn to answer or to read: not entered on a closed list.
ASKING = {Status.PENDING, Status.SUBMITTED, Status.RETURNED}
#: Answers that are no single value: files, and the rows of a table.
WITHOUT_VALUE = {AnswerType.FILES, AnswerType.TABLE}
WITHOUT_ROWS = "This table has no rows yet. Paste the rows the client is to fill in, then publish."


class TransitionRefused(Exception):
    """The request is not in a state this step starts from. The message is a sentence for the person."""


class RequestLifecycle(models.Model):
    if TYPE_CHECKING:
        objects: Any
        status: str
        version: int
        answer_type: str
        samples: Any
        events: Any
        answer_options: Any

    class Meta:
        abstract = True

    @property
    def lacks_rows(self) -> bool:
        """A table of samples in which there is nothing to fill in."""
        return self.answer_type == AnswerType.TABLE and not self.samples.exists()

    @property
    def has_filled_rows(self) -> bool:
        # Asked of the database: what was read earlier may be from before the rows were saved.
        rows = list(self.samples.order_by("position"))
        return bool(rows) and all(row.is_filled(AnswerOptions.read(self.answer_options)) for row in rows)

    def publish(self, *, by: "Membership") -> None:
        """Show a draft to the client. A table of samples needs its rows first."""
        if self.lacks_rows:
            raise TransitionRefused(WITHOUT_ROWS)
        self._move({Status.DRAFT}, Status.PENDING, by=by)

    def submit(self, *, by: "ClientContact", answer: str = Answer.PROVIDED, text: str = "", value: Any = None) -> None:
        """The client answers. An answer without documents needs a text: that is its basis."""
        answer = answer or Answer.PROVIDED
        if answer != Answer.PROVIDED:
            self._need(text, _("Say in a sentence why, so that nobody has to ask again."))
            value = None
        elif self.answer_type not in WITHOUT_VALUE and value in (None, ""):
            raise TransitionRefused(_("The answer itself is missing."))
        elif self.answer_type == AnswerType.TABLE and not self.has_filled_rows:
            raise TransitionRefused(_("Rows of the table are not filled in yet."))
        said = "\n".join(part for part in (value_words(self.answer_type, value), text.strip()) if part)
        self._move(
            {Status.PENDING, Status.RETURNED}, Status.SUBMITTED, by=by, reason=said, answer=answer, answer_text=text,
            answer_value=value, submitted_at=timezone.now(), submitted_by=by,
        )  # fmt: skip

    def receive(self, *, by: "Membership", giver: "ClientContact | None", how: str) -> None:
        """The firm notes an answer that came another way than through the portal; `how` is its text."""
        self._need(how, "Say how it came, so that the record shows it.")
        self._move(
            {Status.PENDING, Status.RETURNED}, Status.SUBMITTED, by=by, reason=how, answer=Answer.PROVIDED,
            answer_text=how.strip(), answer_value=None, submitted_at=timezone.now(), submitted_by=giver,
        )  # fmt: skip

    def accept(self, *, by: "Membership") -> None:
        try:
            duties.check("accept_request", self, by=by)
        except duties.DutyRefused as refused:
            raise TransitionRefused(str(refused)) from None
        self._move({Status.SUBMITTED}, Status.ACCEPTED, by=by, **self._review(by))

    def send_back(self, *, by: "Membership", reason: str) -> None:
        """Return it to the client; the reason is what the client reads."""
        self._need(reason, "Say what is missing, so that the client can send it.")
        self._move(
            {Status.SUBMITTED, Status.ACCEPTED}, Status.RETURNED, by=by, reason=reason, **self._review(by, reason)
        )

    def waive(self, *, by: "Membership", reason: str) -> None:
        self._need(reason, "Say why it is no longer needed.")
        self._move(
            {Status.DRAFT, Status.PENDING, Status.SUBMITTED, Status.RETURNED}, Status.WAIVED, by=by, reason=reason,
            **self._review(by, reason),
        )  # fmt: skip

    def reopen(self, *, by: "Membership", reason: str) -> None:
        """Ask again for something accepted or waived; the reason is what the client reads.

        A draft that was waived is a draft again: the client has never seen it.
        """
        self._need(reason, "Say why you ask again, so that the client knows what to do.")
        waived = self.events.filter(to_status=Status.WAIVED).order_by("-created_at", "-pk").first()
        if self.status == Status.WAIVED and waived and waived.from_status == Status.DRAFT:
            unseen: dict[str, Any] = {"reviewed_at": None, "reviewed_by": None, "review_reason": ""}
            self._move({Status.WAIVED}, Status.DRAFT, by=by, reason=reason, **unseen)
            return
        start = {Status.ACCEPTED, Status.WAIVED}
        self._move(start, Status.PENDING, by=by, reason=reason, **self._review(by, reason))

    @staticmethod
    def _need(reason: str, sentence: str) -> None:
        if not reason.strip():
            raise TransitionRefused(sentence)

    @staticmethod
    def _review(by: "Membership", reason: str = "") -> dict[str, Any]:
        return {"reviewed_at": timezone.now(), "reviewed_by": by, "review_reason": reason.strip()}

    @transaction.atomic
    def _move(self, start: set[Status], end: Status, *, by: Any, reason: str = "", **changes: Any) -> None:
        rows = type(self).objects.select_for_update(of=("self",))
        locked: Self | None = rows.filter(pk=self.pk).first()
        if locked is None:
            raise TransitionRefused(_("Someone moved this to the trash meanwhile."))
        if locked.request_list.status == "closed" and end in ASKING:  # type: ignore[attr-defined]
            raise TransitionRefused(_("The list is closed. Reopen it first."))
        if locked.status not in start:
            raise TransitionRefused(_("Someone changed this meanwhile, so nothing was done. Look at it as it is now."))
        changes |= {"status": end, "version": locked.version + 1}
        type(self).objects.filter(pk=self.pk).update(**changes)
        who = {"member": by} if by._meta.model_name == "membership" else {"contact": by}
        event = RequestEvent.objects.create(
            request_id=self.pk, from_status=locked.status, to_status=end, reason=reason.strip()[:2000], **who
        )
        for name, value in changes.items():
            setattr(self, name, value)
        for told in on_step:
            told(self, event)

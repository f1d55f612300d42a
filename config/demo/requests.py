"""Request lists with a history: every state is reached by the steps a person takes, each with its event."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta

from clients import request_samples
from clients.models import Client, ClientContact, InformationRequest, Project, RequestList
from clients.models.request_status import Answer, Status
from clients.uploads import store_upload
from config.demo.files import demo_file
from config.demo.specs import Ask, ListSpec
from organizations.models import Membership
from tenancy.context import audited

ANSWERED = {"submitted", "resubmitted", "accepted", "returned"}


class ListBuilder:
    def __init__(self, spec: ListSpec, *, members: dict[str, Membership], client: Client, today: date) -> None:
        self.spec, self.client, self.today = spec, client, today
        self.by = members[spec.by]
        self.assigned = [members[email] for email in spec.assigned]
        self.contact: ClientContact = client.contacts.order_by("-is_primary", "name")[0]

    def build(self) -> RequestList:
        self.list = RequestList.objects.create(
            client=self.client, project=self._project(), title=self.spec.title, period=self.spec.period,
            due_date=self._day(self.spec.due), created_by=self.by,
        )  # fmt: skip
        asks = [(section, ask) for section, asks in self.spec.sections.items() for ask in asks]
        for number, (section, ask) in zip(self.list.next_numbers(len(asks)), asks, strict=True):
            self._tell(self._request(number, section, ask), ask)
        return self.list

    def _project(self) -> Project | None:
        if not self.spec.project:
            return None
        return Project.objects.create(
            name=self.spec.project, client=self.client, lead=self.by, status=Project.Status.ACTIVE, created_by=self.by
        )

    def _request(self, number: int, section: str, ask: Ask) -> InformationRequest:
        request = InformationRequest.objects.create(
            request_list=self.list, answer_type=ask.kind, answer_options=ask.options, number=number, position=number, category=section, title=ask.title,
            priority=ask.priority, status=Status.DRAFT, due_date=None if ask.due is None else self._day(ask.due),
            assigned_to=self.assigned[number % len(self.assigned)], created_by=self.by,
        )  # fmt: skip
        request_samples.replace(request, [list(row) for row in ask.rows])
        return request

    def _tell(self, request: InformationRequest, ask: Ask) -> None:
        """Walk from the draft to the state that was asked for."""
        if ask.state == "draft":
            return
        request.publish(by=self.by)
        if ask.state == "waived":
            request.waive(by=self.by, reason=ask.note)
        elif ask.state in ANSWERED:
            self._answered(request, ask)
        elif ask.state != "pending":
            self._answer(request, ask.state, ask.note)
            request.accept(by=self.by)

    def _answered(self, request: InformationRequest, ask: Ask) -> None:
        self._send(request, ask.files)
        if ask.state == "accepted":
            request.accept(by=request.assigned_to or self.by)
        elif ask.state in ("returned", "resubmitted"):
            request.send_back(by=request.assigned_to or self.by, reason=ask.note)
        if ask.state == "resubmitted":
            self._send(request, [name.replace(".", ", second try.") for name in ask.files[-1:]])

    def answer_again(self, request: InformationRequest, ask: Ask, *, accepted: bool) -> None:
        """This year's files in answer to a request that was rolled forward."""
        self._send(request, [f"This year, {name}" for name in ask.files])
        if accepted:
            request.accept(by=self.by)

    def _send(self, request: InformationRequest, names: Sequence[str]) -> None:
        with self._as_contact():
            for name in names:
                store_upload(demo_file(name, client=self.client.name), request=request, by=self.contact)
        self._answer(request, Answer.PROVIDED)

    def _answer(self, request: InformationRequest, answer: str, text: str = "") -> None:
        with self._as_contact():
            request.submit(by=self.contact, answer=answer, text=text)

    def _as_contact(self) -> AbstractContextManager[None]:
        return audited(contact=self.contact.pk, name=self.contact.name, ip="198.51.100.7")

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)

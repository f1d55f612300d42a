"""Builds the demo as the application's role, through the same verbs people use."""

from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import User
from clients.models import Client, ClientAssignment, ClientContact, InformationRequest, Project, RequestList
from clients.models.request_status import Status
from clients.uploads import store_upload
from config.demo import files
from config.demo.people import AUDIT, BOOKS, FIRMS, OPERATOR, PASSWORD, DemoFirm
from organizations.lookups import organization_by_slug
from organizations.models import Invitation, Membership, Organization
from organizations.models.invitation import LIFETIME
from tenancy.context import IDENTITY, surface, tenant


def build() -> list[str]:
    """Make what is missing; returns the names of the firms that were made."""
    person(*OPERATOR, is_operator=True)
    return [firm.name for firm in FIRMS if _firm(firm)]


def person(email: str, name: str, **fields: object) -> User:
    with surface(IDENTITY):
        if found := User.objects.filter(email=email).first():
            return found
        user = User.objects.create_user(email, PASSWORD, full_name=name, first_name=name.split()[0], **fields)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user


def _firm(demo: DemoFirm) -> bool:
    if organization_by_slug(demo.slug):
        return False
    people = [(role, person(email, name)) for role, name, email in demo.members]
    organization = Organization(id=uuid7(), name=demo.name, slug=demo.slug, brand_colors={"brand": demo.brand})
    with tenant(organization.pk, user=people[0][1].pk):
        organization.save(force_insert=True)
        members = [
            Membership.objects.create(
                user=user, display_name=user.full_name, email=user.email, role=role, joined_at=timezone.now()
            )
            for role, user in people
        ]
        staff = [member for member in members if member.role in ("admin", "member")]
        clients = [_client(demo, number, staff) for number in range(len(demo.clients))]
        _lists(demo, clients, staff)
        Invitation.objects.create(
            email=f"new.starter@{demo.members[1][2].split('@')[1]}", role="member", invited_by=members[0],
            expires_at=timezone.now() + LIFETIME, sent_at=timezone.now(),
        )  # fmt: skip
    return True


def _client(demo: DemoFirm, number: int, staff: list[Membership]) -> Client:
    name, code, industry, year_end, contact = demo.clients[number]
    lead = staff[number % len(staff)]
    client = Client.objects.create(
        name=name, code=code, industry=industry, year_end=year_end, created_by=lead,
        status="onboarding" if number == len(demo.clients) - 1 else "active",
    )  # fmt: skip
    ClientAssignment.objects.create(client=client, member=lead, is_lead=True)
    domain = name.lower().split()[0].strip("&")
    first, last = contact.lower().replace("dr ", "").split()[0], contact.lower().split()[-1]
    email = f"{first}.{last}@{domain}.example".encode("ascii", "ignore").decode()
    ClientContact.objects.create(client=client, name=contact, email=email, title="Finance director", is_primary=True)
    return client


def _lists(demo: DemoFirm, clients: list[Client], staff: list[Membership]) -> None:
    today = timezone.localdate()
    if demo.slug == "harcourt-pell":
        project = Project.objects.create(
            name="Audit FY2025", client=clients[0], lead=staff[0], status="active", start_date=today
        )
        half = _list(clients[0], "Year-end audit requests, FY2025", AUDIT, today + timedelta(days=7), staff, project)
        _answer_half(half, today)
        done = _list(clients[1], "Review engagement, FY2025", AUDIT[:2], today - timedelta(days=20), staff)
        _answer_all(done)
    else:
        fresh = _list(clients[0], "Quarterly books and VAT", BOOKS, today + timedelta(days=14), staff)
        for request in fresh[:4]:
            request.publish(by=staff[0])


def _list(
    client: Client, title: str, sections: tuple, due: date, staff: list[Membership], project: Project | None = None
) -> list[InformationRequest]:
    request_list = RequestList.objects.create(
        client=client, title=title, due_date=due, created_by=staff[0], project=project
    )
    wanted = [(section, text) for section, texts in sections for text in texts]
    numbers = request_list.next_numbers(len(wanted))
    return [
        InformationRequest.objects.create(
            request_list=request_list, number=number, position=number, category=section, title=text, status=Status.DRAFT,
            assigned_to=staff[number % len(staff)], due_date=due - timedelta(days=number % 5), created_by=staff[0],
        )
        for number, (section, text) in zip(numbers, wanted, strict=True)
    ]  # fmt: skip


def _answer_half(requests: list[InformationRequest], today: date) -> None:
    """Accepted, waiting for review, returned, overdue and still open: a list in the middle of its life."""
    contact = ClientContact.objects.get(client=requests[0].request_list.client_id, is_primary=True)
    reviewer = requests[0].assigned_to
    assert reviewer is not None  # noqa: S101  (made a moment ago)
    for request in requests[:-1]:
        request.publish(by=reviewer)
    for request in requests[:8]:
        store_upload(_paper(request), request=request, by=contact)
        request.submit(by=contact)
    for request in requests[:4]:
        request.accept(by=reviewer)
    requests[6].send_back(by=reviewer, reason="The total is £4,860 below the ledger. Does it include the Goole depot?")
    requests[12].submit(by=contact, answer="does_not_exist", text="The directors took no remuneration this year.")
    for request in requests[9:12]:
        InformationRequest.objects.filter(pk=request.pk).update(due_date=today - timedelta(days=request.number - 5))


def _answer_all(requests: list[InformationRequest]) -> None:
    contact = ClientContact.objects.get(client=requests[0].request_list.client_id, is_primary=True)
    for request in requests:
        reviewer = request.assigned_to
        assert reviewer is not None  # noqa: S101
        request.publish(by=reviewer)
        store_upload(_paper(request), request=request, by=contact)
        request.submit(by=contact)
        request.accept(by=reviewer)


def _paper(request: InformationRequest):  # type: ignore[no-untyped-def]
    stem = request.title.split(",")[0][:40]
    if request.number % 5 == 4:
        return files.csv(
            f"{stem}.csv", [("Account", "Amount"), ("Current account", "48117.20"), ("Deposit", "61904.00")]
        )
    if request.number % 5 == 2:
        return files.png(f"{stem} scan.png")
    return files.pdf(f"{stem}.pdf", request.title)

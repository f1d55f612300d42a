"""Builds one firm through the same doors the product uses: founding, inviting, and the verbs of a request."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from clients import tags
from clients.client_events import record
from clients.models import Client, ClientAssignment, ClientContact, ClientEvent, ClientRelation, SavedView
from config.demo.billing import add_billing
from config.demo.closed_file import ClosedFile
from config.demo.conversations import talk, talk_on_paper
from config.demo.house import add_house
from config.demo.ledger import add_ledger
from config.demo.people import ensure_user
from config.demo.portal import add_portal
from config.demo.projects import add_projects, add_templates
from config.demo.requests import ListBuilder
from config.demo.scoping import add_scoping
from config.demo.specs import ClientSpec, FirmSpec, Person
from config.demo.support import add_support
from config.demo.workpapers import BinderBuilder
from config.demo.years import next_year, own_template
from organizations.founding import found
from organizations.invitations import invite, new_token
from organizations.lookups import organization_by_slug
from organizations.models import Membership, Organization
from tenancy.context import tenant
from workspaces.models import Workpaper

#: From where the demo firms are made.
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0"
OFFICE = "203.0.113.24"


def build_firm(spec: FirmSpec) -> bool:
    """Whether it was built: a firm that is there stays as it is. All of it or nothing."""
    if organization_by_slug(spec.slug) is not None:
        return False
    users = {person.email: ensure_user(person)[0] for person in spec.people}
    organization = Organization(name=spec.name, slug=spec.slug, billing_email=spec.people[-1].email)
    organization.set_brand(spec.brand)
    owner = users[spec.owner.email]
    with transaction.atomic():
        first = found(organization, by=owner)
        with tenant(organization, user=owner, name=owner.full_name, ip=OFFICE, agent=BROWSER):
            _fill(spec, organization, {spec.owner.email: first, **_members(spec, users)})
    return True


def _members(spec: FirmSpec, users: dict) -> dict[str, Membership]:
    return {person.email: _member(person, users) for person in spec.people if person.role != "owner"}


def _member(person: Person, users: dict) -> Membership:
    return Membership.objects.create(
        user=users[person.email], display_name=person.name, email=person.email, joined_as=person.email,
        role=person.role, joined_at=timezone.now(),
    )  # fmt: skip


def _fill(spec: FirmSpec, organization: Organization, members: dict[str, Membership]) -> None:
    owner, today = members[spec.owner.email], timezone.now().astimezone(organization.zone).date()
    clients = {client.code: _client(client, members, owner) for client in spec.clients}
    for client in spec.clients:
        if kind := client.related[0]:
            other = clients[client.related[1]]
            ClientRelation.objects.create(client=clients[client.code], related=other, kind=kind, created_by=owner)
    _views(members)
    for list_spec in spec.lists:
        builder = ListBuilder(list_spec, members=members, client=clients[list_spec.client], today=today)
        asked = next_year(builder) if list_spec.is_last_years else builder.build()
        talk(asked, builder.assigned, builder.contact, reader=builder.by)
        if list_spec is spec.lists[0]:
            own_template(asked, builder.by)
    for binder in spec.binders:
        people = {
            role: members[email]
            for role, email in zip(("preparer", "reviewer", "partner"), binder.signers, strict=True)
        }
        built = BinderBuilder(clients[binder.client], project=binder.project, **people).build()
        add_ledger(built, by=people["preparer"])
        receivables = Workpaper.objects.get(binder=built, reference="C-1")
        talk_on_paper(receivables, people["preparer"], people["reviewer"])
        ClosedFile(clients[binder.closed], **people).build()
    add_templates(spec.templates, owner)
    add_projects(spec.projects, clients, members, today)
    add_scoping(clients, [member for member in members.values() if member.role != "billing"], today)
    if spec.has_plan:
        add_billing(list(members.values()), organization)
    add_portal(clients, owner)
    add_house(spec, members, owner)
    add_support(owner)
    email, role = spec.invited
    for line in invite([email], role=role, by=owner):
        if line.invitation:
            new_token(line.invitation)


def _views(members: dict[str, Membership]) -> None:
    """Tabs above the list of clients that a firm would make for itself."""
    maker = next(iter(members.values()))
    for name, query in (("Year end December", "year_end=12"), ("Onboarding", "status=onboarding")):
        SavedView.objects.create(member=maker, list="clients", name=name, query=query, is_shared=True)
    SavedView.objects.create(
        member=maker, list="request-lists", name="Of clients I lead", query="who=lead&o=due", is_shared=True
    )


def _client(spec: ClientSpec, members: dict[str, Membership], owner: Membership) -> Client:
    client = Client.objects.create(
        code=spec.code, name=spec.name, type=spec.type, status=spec.status, industry=spec.industry,
        year_end=spec.year_end, access=Client.Access.ASSIGNED if spec.is_restricted else Client.Access.FIRM,
        website=spec.website, archived_at=timezone.now() if spec.status == "archived" else None, created_by=owner,
    )  # fmt: skip
    record(client, ClientEvent.Verb.ADDED, by=owner)
    tags.put_on(client, list(spec.tags), by=owner)
    staff = [members[email] for email in (spec.lead, *spec.staff)]
    for member in staff:
        ClientAssignment.objects.create(client=client, member=member, is_lead=member is staff[0])
    if spec.is_restricted:
        client.restrict_to(staff)
    for number, contact in enumerate(spec.contacts):
        ClientContact.objects.create(
            client=client, name=contact.name, email=contact.email, title=contact.title, is_primary=number == 0,
            invited_at=timezone.now() - timedelta(days=20) if number == 0 else None, created_by=owner,
        )  # fmt: skip
    return client

"""What stands over every page of a client, asked in one statement: whom one talks to, who leads, what is late and how much there is."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from clients.models import Client, ClientAssignment, ClientContact, Document, InformationRequest, Project, RequestList
from organizations.models import Membership
from organizations.permissions import Permission


def head_of(client: Client, member: Membership) -> dict[str, Any]:
    """By name; without what the member may not see, and without what there is none of."""
    contacts = ClientContact.objects.filter(client=OuterRef("pk")).order_by("-is_primary", "created_at")
    lead = ClientAssignment.objects.filter(client=OuterRef("pk"), is_lead=True)
    asked = {
        "contact_name": Subquery(contacts.values("name")[:1]),
        "contact_title": Subquery(contacts.values("title")[:1]),
        "lead_name": Subquery(lead.values("member__display_name")[:1]),
        **_counts(member),
    }
    return dict(Client.objects.filter(pk=client.pk).values(**asked).first() or {})


def _counts(member: Membership) -> dict[str, Subquery]:
    counts: dict[str, Subquery] = {}
    if member.can(Permission.VIEW_REQUESTS):
        late = InformationRequest.objects.open_to(member).in_progress().overdue(timezone.localdate())
        counts["late_count"] = _count(late.filter(request_list__client=OuterRef("pk")), "request_list__client")
        counts["list_count"] = _count(RequestList.objects.visible_to(member).open().filter(client=OuterRef("pk")))
    if member.can(Permission.VIEW_DOCUMENTS):
        counts["document_count"] = _count(Document.objects.open_to(member).filter(client=OuterRef("pk")))
    if member.can(Permission.VIEW_PROJECTS):
        counts["project_count"] = _count(Project.objects.visible_to(member).filter(client=OuterRef("pk")))
    return counts


def _count(rows: "QuerySet[Any]", client: str = "client") -> Subquery:
    return Subquery(rows.order_by().values(client).annotate(count=Count("pk")).values("count"))

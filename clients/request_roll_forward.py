"""Last year's list, for another year: periods and dates moved, and last year's answer beside each request."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from clients.models import ClientContact, Document, InformationRequest, RequestCarryover, RequestList
from clients.project_access import viewers_of_list
from clients.request_templating import fill_list
from clients.telling import handed_out
from clients.template_lines import Line, line_of_request, years_moved
from organizations.models import Membership


def year_later(day: date) -> date:
    """29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def lines_to_roll(request_list: RequestList) -> list[Line]:
    """The requests of the old list as they would be asked for a year later; the dates are moved when it is made."""
    rows = InformationRequest.objects.filter(request_list=request_list).order_by("position", "id").defer("tsv")
    return [_moved(line_of_request(item, due_days=None)) for item in rows]


def _moved(line: Line) -> Line:
    return replace(line, title=years_moved(line.title, 1), description=years_moved(line.description, 1))


@transaction.atomic
def roll_forward(
    old: RequestList, new: RequestList, lines: Sequence[Line], *, days: int, by: Membership
) -> list[InformationRequest]:
    """Fill the new list with the chosen lines as drafts, each with its place in the old one remembered."""
    before = {
        str(item.pk): item
        for item in InformationRequest.objects.filter(request_list=old)
        .select_related("contact", "assigned_to")
        .defer("tsv")
    }
    able = {member.pk for member in viewers_of_list(new)}
    items = fill_list(new, lines, starts_on=None, by=by)
    for item, line in zip(items, lines, strict=True):
        was = before[line.key]
        item.due_date = was.due_date + timedelta(days=days) if was.due_date else new.due_date
        item.priority = was.priority
        item.assigned_to = was.assigned_to if was.assigned_to_id in able else None
        item.contact = was.contact if was.contact and was.contact.deleted_at is None else None
    InformationRequest.objects.bulk_update(items, ["due_date", "priority", "assigned_to", "contact"])
    RequestCarryover.objects.bulk_create(
        RequestCarryover(request=item, previous=before[line.key]) for item, line in zip(items, lines, strict=True)
    )
    handed_out(new, items, by=by)
    return items


def previous_of(item: InformationRequest, member: Membership) -> InformationRequest | None:
    """The request this one was rolled forward from, with its answer, while it is there."""
    carried = RequestCarryover.objects.filter(request=item).values("previous")
    rows = InformationRequest.objects.visible_to(member).filter(pk__in=carried, request_list__deleted_at=None)
    return rows.select_related("request_list", "submitted_by").defer("tsv").first()


def previous_for_contact(item: InformationRequest, contact: ClientContact) -> InformationRequest | None:
    """The same for the client, if this contact saw it then."""
    carried = RequestCarryover.objects.filter(request=item).values("previous")
    rows = InformationRequest.objects.visible_to_contact(contact).filter(pk__in=carried)
    return rows.select_related("request_list", "submitted_by").defer("tsv").first()


def documents_of(item: InformationRequest, *, shared_only: bool = False) -> list[Document]:
    rows = Document.objects.filter(request_documents__request=item).order_by("created_at", "id")
    if shared_only:
        rows = rows.filter(visibility=Document.Visibility.SHARED)
    return list(rows.prefetch_related("versions"))

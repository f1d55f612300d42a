"""Lists are made from templates, and templates from lists."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from clients.models import InformationRequest, RequestEvent, RequestList, RequestTemplate, RequestTemplateItem
from clients.models.request_status import Status
from clients.template_lines import COPIED, Line, Shipped, line_of_request, words_for
from organizations.models import Membership


@transaction.atomic
def fill_list(
    request_list: RequestList, lines: Sequence[Line], *, starts_on: date | None, by: Membership
) -> list[InformationRequest]:
    """Add the lines to the list as drafts, in their order, waiting for each other as the template says."""
    words = words_for(client=request_list.client.name, period=request_list.period)
    made: dict[str, InformationRequest] = {}
    for number, line in zip(request_list.next_numbers(len(lines)), lines, strict=True):
        made[line.key] = InformationRequest(
            request_list=request_list, number=number, position=number, status=Status.DRAFT, created_by=by,
            due_date=due_date(line, starts_on, request_list.due_date), expected_format=line.expected_format,
            answer_type=line.answer_type, answer_options=line.answer_options, **_fitting(line.said(words)),
        )  # fmt: skip
    return _kept(made, lines, by)


def due_date(line: Line, starts_on: date | None, last: date | None) -> date | None:
    """So many days after the start, but never after the list's own last day."""
    if starts_on is None or line.due_days is None:
        return last
    found = starts_on + timedelta(days=line.due_days)
    return min(found, last) if last else found


def _fitting(said: dict[str, str]) -> dict[str, str]:
    """A long period may make a title longer than it may be."""
    return {
        "category": said["category"][:200],
        "title": said["title"][:500],
        "description": said["description"][:10_000],
    }


def _kept(made: dict[str, InformationRequest], lines: Sequence[Line], by: Membership) -> list[InformationRequest]:
    items = list(made.values())
    InformationRequest.objects.bulk_create(items)
    waiting = [made[line.key] for line in lines if line.after in made]
    for line in lines:
        made[line.key].depends_on = made.get(line.after)
    InformationRequest.objects.bulk_update(waiting, ["depends_on"])
    RequestEvent.objects.bulk_create(RequestEvent(request=item, to_status=Status.DRAFT, member=by) for item in items)
    return items


@transaction.atomic
def fill_template(template: RequestTemplate, lines: Sequence[Line], *, start: int = 1) -> None:
    items = {
        line.key: RequestTemplateItem(template=template, position=position, due_days=line.due_days, **_copied(line))
        for position, line in enumerate(lines, start=start)
    }
    RequestTemplateItem.objects.bulk_create(items.values())
    for line in lines:
        items[line.key].depends_on = items.get(line.after)
    waiting = [items[line.key] for line in lines if line.after in items]
    RequestTemplateItem.objects.bulk_update(waiting, ["depends_on"])


def copy_shipped(source: Shipped, *, by: Membership) -> RequestTemplate:
    """The firm's own copy, to change, under a name that is free."""
    copy = RequestTemplate.objects.create(
        name=_free_name(source.name), description=source.description, prefix=source.prefix, created_by=by
    )
    fill_template(copy, source.lines)
    return copy


def _free_name(name: str) -> str:
    taken = set(RequestTemplate.objects.filter(name__startswith=name).values_list("name", flat=True))
    copies = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return next(free for free in (name, *copies) if free not in taken)


def _copied(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in COPIED}


def lines_of_list(request_list: RequestList) -> list[Line]:
    """The requests of a list as lines of a template: dates become days counted from the list's first day."""
    rows = InformationRequest.objects.filter(request_list=request_list).order_by("position", "id").defer("tsv")
    start = request_list.created_at.date()
    return [line_of_request(item, due_days=_days(start, item.due_date)) for item in rows]


def _days(start: date, due: date | None) -> int | None:
    return None if due is None else min(max((due - start).days, 0), 3650)

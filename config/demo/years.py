"""A second year with the same client: last year's list is closed, this year's was rolled forward from it; and a template."""

from datetime import timedelta

from clients.models import RequestList, RequestTemplate
from clients.request_roll_forward import lines_to_roll, roll_forward
from clients.request_templating import fill_template, lines_of_list
from config.demo.requests import ListBuilder
from organizations.models import Membership

DAYS = 365


def next_year(builder: ListBuilder) -> RequestList:
    """Asked again, and partly answered again; beside each request stands what was accepted then."""
    old, spec = builder.build(), builder.spec
    old.close()
    new = RequestList.objects.create(
        client=builder.client, title=spec.title, period="Year ending 31 December", created_by=builder.by,
        due_date=builder.today + timedelta(days=spec.due + DAYS),
    )  # fmt: skip
    items = roll_forward(old, new, lines_to_roll(old), days=DAYS, by=builder.by)
    asks = [ask for section in spec.sections.values() for ask in section]
    for number, (item, ask) in enumerate(zip(items, asks, strict=True)):
        item.publish(by=builder.by)
        if number < len(asks) // 2:
            builder.answer_again(item, ask, accepted=number < len(asks) // 4)
    return new


def own_template(request_list: RequestList, by: Membership) -> None:
    """What the firm has learned to ask, as a template of its own."""
    template = RequestTemplate.objects.create(
        name="Year-end audit, our way", created_by=by,
        description="What we ask of every trading company, in the order in which we need it.",
    )  # fmt: skip
    fill_template(template, lines_of_list(request_list))

from typing import Any

from django import forms

from clients.forms.request_list import RequestListForm
from clients.forms.request_template import LineChoice
from clients.models import RequestList
from clients.request_roll_forward import year_later
from clients.template_lines import Line, years_moved


class RollForwardForm(LineChoice, RequestListForm):
    """The list for the next period, from the one of the last."""

    days = forms.IntegerField(
        label="Move dates by", min_value=0, max_value=1100, help_text="Days. A year that ends on the same weekday is 364.",
        widget=forms.NumberInput({"class": "w-auto"}),
    )  # fmt: skip

    class Meta(RequestListForm.Meta):
        fields = ["title", "period", "due_date", "prefix", "project"]

    def __init__(self, *args: Any, old: RequestList, lines: list[Line], **kwargs: Any) -> None:
        made = RequestList(client=old.client)
        initial = {
            "title": years_moved(old.title, 1), "period": years_moved(old.period, 1), "prefix": old.prefix,
            "due_date": year_later(old.due_date) if old.due_date else None, "days": 365,
        }  # fmt: skip
        super().__init__(*args, instance=made, initial=initial, **kwargs)
        self.offer_lines(lines)

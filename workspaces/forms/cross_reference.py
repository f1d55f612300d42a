from typing import Any, cast

from django import forms

from workspaces.amounts import digits_of, written
from workspaces.bodies import grid_of
from workspaces.formulas import column_letter
from workspaces.models import Workpaper


def figures_of(paper: Workpaper) -> list[tuple[str, str]]:
    """Every figure of a paper by its place, for choosing: C4 Trade receivables, 1,284,310."""
    grid, digits = grid_of(paper), digits_of(paper.binder.currency)
    found = []
    for number, row in enumerate(grid.rows, start=1):
        label = next((cell.text for cell in row.cells.values() if cell.text), "")
        for index, column in enumerate(grid.columns):
            amount = grid.amount((row.id, column.id)) if column.is_figure else None
            if amount is not None:
                words = f"{column_letter(index)}{number} {label}, {column.title}: {written(amount, digits)}"
                found.append((f"{row.id}.{column.id}", words))
    return found


class CrossReferenceForm(forms.Form):
    cell = forms.ChoiceField(label="Figure on this paper")
    target_cell = forms.ChoiceField(label="Figure it must be the same as")

    def __init__(self, *args: Any, paper: Workpaper, target: Workpaper | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["cell"]).choices = figures_of(paper)
        field = cast("forms.ChoiceField", self.fields["target_cell"])
        field.choices = figures_of(target) if target else []
        if target:
            field.label = f"Figure on {target.reference}"

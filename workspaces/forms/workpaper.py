from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from clients.forms.row_form import RowForm
from clients.models import Document
from organizations.models import Membership
from workspaces.models import Binder, Workpaper
from workspaces.numbering import next_free, parts_of, reference_of, sort_key


class WorkpaperForm(RowForm):
    """A new paper of a binder."""

    noun = "paper"
    reference = forms.CharField(
        max_length=30,
        help_text="Where it stands in the index, such as C-2, or C-2.1 below it. A letter alone is a lead.",
    )

    class Meta:
        model = Workpaper
        fields = ["reference", "title", "kind", "document"]
        help_texts = {"document": "The file a document paper cites."}

    constrained = (*RowForm.constrained, "binder")

    def __init__(self, *args: Any, binder: Binder, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.binder, self.member = binder, member
        document = cast("forms.ModelChoiceField", self.fields["document"])
        document.queryset = Document.objects.visible_to(member).filter(client=binder.project.client_id).order_by("name")
        document.empty_label = "No document"

    def clean_reference(self) -> str:
        place = parts_of(self.cleaned_data["reference"])
        if place is None:
            raise ValidationError("Write a letter and a number, such as C-2, or C-2.1 below it.")
        self._place(*place)
        return self.instance.reference

    def _place(self, letter: str, numbers: tuple[int, ...]) -> None:
        paper = self.instance
        paper.reference, paper.sort_key = reference_of(letter, numbers), sort_key(letter, numbers)
        paper.section, paper.position = letter, numbers[-1] if numbers else 0
        above = Workpaper.objects.filter(binder=paper.binder, reference=reference_of(letter, numbers[:-1]))
        paper.parent = above.first() if numbers else None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == Workpaper.Kind.DOCUMENT and not data.get("document"):
            self.add_error("document", "Choose the document this paper is about.")
        if data.get("kind") == Workpaper.Kind.LEAD and (lead := self._lead_there()):
            self.add_error("kind", f"{lead.reference} is the lead of this section already. Make a schedule instead.")
        return data

    def _lead_there(self) -> Workpaper | None:
        """Two leads of one section would each have all of its accounts."""
        leads = Workpaper.objects.filter(binder=self.instance.binder, kind=Workpaper.Kind.LEAD)
        return leads.filter(section=self.instance.section).first()


def next_reference(binder: Binder, section: str, above: str = "") -> str:
    """What the form proposes: the next free number of the section, or below the paper that is named."""
    references = list(Workpaper.objects.filter(binder=binder).values_list("reference", flat=True))
    place = parts_of(above) if above else parts_of(section)
    letter, numbers = place or ("A", ())
    return reference_of(letter, next_free(letter, numbers, references))

from typing import Any

from django import forms
from django.utils.translation import gettext

from accounts.plain_text import validate_plain_text
from clients.document_seers import audience_of
from clients.file_checks import ALLOWED, clean_name
from clients.matching import Proposal
from clients.models import Client, Document, InformationRequest, RequestList
from organizations.models import Membership

NO_REQUEST = "none"
MOST_NAMES = 12


def open_requests(client: Client, member: Membership) -> Any:
    """Requests of the client's open lists, in the order of the lists."""
    mine = InformationRequest.objects.visible_to(member).filter(
        request_list__client=client, request_list__deleted_at=None, request_list__status=RequestList.Status.OPEN
    )
    return mine.select_related("request_list").order_by("-request_list__created_at", "position", "id")


class RequestChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.reference} {obj.title[:80]}"


class UploadForm(forms.Form):
    """Where files go that a member adds. The files themselves come beside it, one by one or all in one form."""

    request = RequestChoice(
        label="Answers the request", queryset=InformationRequest.objects.none(), required=False,
        empty_label="No request: keep with the client's documents",
    )  # fmt: skip
    visibility = forms.ChoiceField(
        label="Who may see it", choices=Document.Visibility, widget=forms.RadioSelect, required=False,
        initial=Document.Visibility.FIRM,
        help_text="Files that answer a request are shared with whoever at the client is asked.",
    )  # fmt: skip

    def __init__(self, *args: Any, client: Client, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["request"].queryset = open_requests(client, member)  # type: ignore[attr-defined]
        inside, outside = (_names(people) for people in audience_of(client))
        shared = (
            f"{outside}, once it answers a request they see"
            if outside
            else "the client. Nobody there may use the portal yet."
        )
        self.fields["visibility"].choices = [  # type: ignore[attr-defined]
            (Document.Visibility.FIRM, f"Firm only: {inside}"),
            (Document.Visibility.SHARED, f"Shared with {shared}"),
        ]

    def clean_visibility(self) -> str:
        return self.cleaned_data["visibility"] or Document.Visibility.FIRM


def _names(people: list[str]) -> str:
    more = len(people) - MOST_NAMES
    return ", ".join(people[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


class NameForm(forms.Form):
    name = forms.CharField(max_length=255, validators=[validate_plain_text])

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, initial={"name": document.name}, **kwargs)
        self.document = document

    def clean_name(self) -> str:
        """The ending says what the file is, so it stays."""
        name, (_, dot, ending) = clean_name(self.cleaned_data["name"]), self.document.name.rpartition(".")
        if name.casefold().endswith(f".{ending}".casefold()) or not dot:
            return name
        typed = name.rpartition(".")[2].lower()
        if typed in ALLOWED:
            raise forms.ValidationError(f"The file is a {ending.upper()}, so its name has to end in .{ending}.")
        return f"{name[: 254 - len(ending)]}.{ending}"


class LinkForm(forms.Form):
    request = RequestChoice(
        label="Also answers", queryset=InformationRequest.objects.none(), empty_label="Choose a request",
        error_messages={"required": "Choose the request it answers."},
    )  # fmt: skip

    def __init__(self, *args: Any, document: Document, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="link-%s", **kwargs)
        linked = document.request_documents.values("request")
        self.fields["request"].queryset = open_requests(document.client, member).exclude(pk__in=linked)  # type: ignore[attr-defined]


class MatchingForm(forms.Form):
    """For each waiting document the request it answers: proposed, changed, decided later, or none."""

    def __init__(
        self, *args: Any, proposals: list[Proposal], requests: list[InformationRequest], for_client: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        """A client knows its requests by their titles, and nothing of our references."""
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        self.proposals, self.requests = proposals, {str(item.pk): item for item in requests}
        choices = [
            ("", gettext("Decide later") if for_client else "Decide later"),
            *([] if for_client else [(NO_REQUEST, "No request: keep with the documents")]),
            *(
                (pk, item.title[:80] if for_client else f"{item.reference} {item.title[:80]}")
                for pk, item in self.requests.items()
            ),
        ]
        for proposal in proposals:
            proposed = str(proposal.request.pk) if proposal.request else ""
            label = f"Request for {proposal.document.name}"
            if for_client:
                label = gettext("What %(name)s answers") % {"name": proposal.document.name}
            field = forms.ChoiceField(choices=choices, initial=proposed, required=False, label=label)
            self.fields[str(proposal.document.pk)] = field

    def rows(self) -> list[tuple[Proposal, forms.BoundField]]:
        return [(proposal, self[str(proposal.document.pk)]) for proposal in self.proposals]

    @property
    def matched(self) -> int:
        """How many have a proposal."""
        return sum(proposal.request is not None for proposal in self.proposals)

    def decisions(self) -> list[tuple[Document, InformationRequest | None]]:
        """The documents of which something was said."""
        said = [(proposal.document, self.cleaned_data[str(proposal.document.pk)]) for proposal in self.proposals]
        return [(document, self.requests.get(answer)) for document, answer in said if answer]

"""What a contact has handed over, for their own records: what, when, who, and the fingerprint of each file."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.models import DocumentVersion
from portal.items import Item
from portal.typed_answers import row_words


@dataclass(frozen=True)
class Receipt:
    """One answered request, as it was when it was last sent."""

    item: Item

    @property
    def versions(self) -> list[DocumentVersion]:
        """Every version the client had sent by then, the newest of each document last."""
        sent = self.item.request.submitted_at
        pairs = self.item.request.request_documents.all()
        return [
            version
            for pair in pairs
            for version in pair.document.versions.all()
            if version.uploaded_by_contact_id and sent and version.created_at <= sent
        ]

    @property
    def answer(self) -> str:
        return self.item.said_instead or _("Files or words")

    @property
    def value(self) -> str:
        """The amount, date, choice or words the request asked for."""
        return self.item.request.answer_words

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Of a table of samples each row that was filled in: its name, and what was said in its columns."""
        request = self.item.request
        labels = [column.label for column in request.options.asked]
        return [
            (
                row_words(sample),
                "; ".join(f"{label}: {said}" for label, said in zip(labels, sample.filled, strict=False)),
            )
            for sample in sorted(request.samples.all(), key=lambda sample: sample.position)
            if any(sample.filled)
        ]

    @property
    def sent_by(self) -> str:
        return str(self.item.request.submitted_by or _("a contact since removed"))


def receipts_of(items: list[Item]) -> list[Receipt]:
    """Newest first; requests never answered have none."""
    sent = [(item.request.submitted_at, Receipt(item)) for item in items if item.request.submitted_at]
    return [receipt for _, receipt in sorted(sent, key=lambda pair: pair[0], reverse=True)]

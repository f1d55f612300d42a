"""The rows of a table of samples: what the auditor selected stays with what the client says of it."""

from clients.models import InformationRequest, RequestSample
from clients.models.answer_type import AnswerType


def replace(request: InformationRequest, rows: list[list[str]]) -> None:
    """Make these the rows. A row that was there keeps what the client filled in, and its file."""
    old = list(RequestSample.objects.filter(request=request).order_by("position"))
    if [sample.given for sample in old] == rows:
        return
    kept: dict[tuple[str, ...], RequestSample] = {tuple(sample.given): sample for sample in reversed(old)}
    RequestSample.objects.filter(request=request).delete()
    made = []
    for position, given in enumerate(rows, start=1):
        before = kept.pop(tuple(given), None)
        made.append(
            RequestSample(
                request=request, position=position, given=given, filled=before.filled if before else [],
                document_id=before.document_id if before else None,
            )
        )  # fmt: skip
    RequestSample.objects.bulk_create(made)


def as_text(request: InformationRequest) -> str:
    """As it is pasted into a spreadsheet, and from one."""
    if request._state.adding or request.answer_type != AnswerType.TABLE:
        return ""
    rows = RequestSample.objects.filter(request=request).order_by("position").values_list("given", flat=True)
    return "\n".join("\t".join(map(str, row)) for row in [request.options.given, *rows])


def samples_of(request: InformationRequest) -> list[RequestSample]:
    if request.answer_type != AnswerType.TABLE:
        return []
    return list(RequestSample.objects.filter(request=request).select_related("document").order_by("position"))

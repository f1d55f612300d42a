"""Writing a paper: the whole sheet is one form, saved by itself while somebody types, or by its button."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from look.dates import record_words
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import differences, pasting, saving
from workspaces.forms.paper_body import ID, PaperBody
from workspaces.grids import ROW_KINDS
from workspaces.legends import Legend
from workspaces.models import Workpaper
from workspaces.sheet import Sheet
from workspaces.table_shape import (
    add_column,
    add_row,
    lower_item,
    raise_item,
    remove_column,
    remove_item,
    remove_row,
)
from workspaces.views.workpaper import others_of, visible_paper

LEADS_ROWS = "The rows of a lead come from the trial balance."
LOCKED = "The file is locked: nothing in it changes."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_edit(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    paper = visible_paper(request, workpaper_id)
    typed = typed_body(request, paper)
    if request.method != "POST" and not paper.locked:
        return edit_page(request, paper, typed)
    answer = saved(request, paper, typed)
    if isinstance(answer, HttpResponse):
        return answer
    if wants_json(request):
        told = {"revision": answer.revision, "saved": record_words(timezone.now())}
        return JsonResponse(told | {"figures": _computed(request, answer)})
    messages.success(request, "Saved")
    return redirect(answer)


def _computed(request: OrganizationRequest, paper: Workpaper) -> dict[str, str]:
    """What the formulas of a schedule come to, by field. Those of a lead nobody has typed."""
    if paper.kind == Workpaper.Kind.LEAD:
        return {}
    typed = PaperBody(paper, Legend(), [])
    return {cell["name"]: cell["computed"] for row in typed.shown_rows for cell in row["cells"] if cell["computed"]}


def typed_body(request: OrganizationRequest, paper: Workpaper) -> PaperBody:
    sent = request.POST if request.method == "POST" else None
    return PaperBody(paper, Legend(), others_of(paper.binder), sent, asked=request.GET)


def wants_json(request: OrganizationRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def saved(
    request: OrganizationRequest, paper: Workpaper, typed: PaperBody, body: dict[str, Any] | None = None
) -> Workpaper | HttpResponse:
    """The saved paper, or the page that says why it is not saved and holds everything that was typed."""
    if paper.locked or paper.binder.is_locked:
        return _refused_locked(request, paper)
    if not typed.is_valid:
        if wants_json(request):
            return JsonResponse({"errors": typed.errors}, status=422)
        return edit_page(request, paper, typed, status=422)
    try:
        return saving.save(
            paper, by=request.member, revision=typed.revision, title=typed.title,
            body=typed.body() if body is None else body, note=request.POST.get("note", "").replace("\0", "").strip()[:200],
        )  # fmt: skip
    except saving.Stale as error:
        return _conflict(request, error.stored, typed)
    except saving.Locked:
        return _refused_locked(request, paper)


def _refused_locked(request: OrganizationRequest, paper: Workpaper) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"problem": LOCKED}, status=409)
    messages.error(request, LOCKED)
    return redirect(paper)


def _conflict(request: OrganizationRequest, stored: Workpaper, typed: PaperBody) -> HttpResponse:
    """Both are shown; what was typed stays in the form until the person decides."""
    if wants_json(request):
        return JsonResponse({"problem": "Somebody saved this paper meanwhile.", "conflict": True}, status=409)
    changes = differences.changes(
        typed.body(), stored.body, typed.legend, titles=(typed.title, stored.title), digits=typed.digits
    )
    fields = [(name, value) for name, values in request.POST.lists() for value in values
              if name not in ("revision", "csrfmiddlewaretoken")]  # fmt: skip
    context = {"paper": stored, "binder": stored.binder, "changes": changes, "fields": fields}
    return render(request, "workspaces/workpaper/conflict.html", context, status=409)


def edit_page(
    request: OrganizationRequest,
    paper: Workpaper,
    typed: PaperBody,
    *,
    status: int = 200,
    drawn: dict[str, Any] | None = None,
) -> HttpResponse:
    """`drawn`: the texts as they will be read."""
    context = {
        "paper": paper, "binder": paper.binder, "typed": typed, "row_kinds": ROW_KINDS.items(), "legend": typed.legend.marks,
        "revision": typed.revision or paper.revision, "papers": typed.papers, "drawn": drawn or {},
    }  # fmt: skip
    return render(request, "workspaces/workpaper/edit.html", context, status=status)


def _reshaped(request: OrganizationRequest, workpaper_id: UUID, shape: Any, anchor: str = "") -> HttpResponse:
    """Save what is typed and change the table's shape in one go, so that a new row costs nobody a word."""
    paper = visible_paper(request, workpaper_id)
    if paper.kind == Workpaper.Kind.LEAD:
        messages.error(request, LEADS_ROWS)
        return redirect(paper)
    typed = typed_body(request, paper)
    body = shape(typed.body(), request.POST.get("place", ""))
    answer = saved(request, paper, typed, body)
    if isinstance(answer, HttpResponse):
        return answer
    return redirect(f"{reverse('workpaper_edit', kwargs={'workpaper_id': paper.pk})}#{anchor or 'sheet'}")


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_paste(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    """Cells of a spreadsheet. Rows that are missing come first; a figure that is none is told beside its field."""
    paper = visible_paper(request, workpaper_id)
    if paper.kind == Workpaper.Kind.LEAD:
        messages.error(request, LEADS_ROWS)
        return redirect(paper)
    if paper.locked or paper.binder.is_locked:
        return _refused_locked(request, paper)
    typed = typed_body(request, paper)
    try:
        cells = pasting.table(request.POST.get("pasted", ""))
        start = pasting.start_of(typed, request.POST.get("start", ""))
        answer = saved(request, paper, typed, pasting.grown(typed, start, cells))
    except pasting.NotPasted as error:
        typed.errors["pasted"] = str(error)
        return edit_page(request, paper, typed, status=422)
    if isinstance(answer, HttpResponse):
        return answer
    return _with_cells(request, answer, start, cells)


def _with_cells(
    request: OrganizationRequest, paper: Workpaper, start: tuple[int, int], cells: list[list[str]]
) -> HttpResponse:
    roomy = PaperBody(paper, Legend(), others_of(paper.binder))
    typed = PaperBody(paper, roomy.legend, roomy.papers, pasting.filled(request.POST, roomy, start, cells))
    typed.revision = paper.revision
    if not typed.is_valid:
        return edit_page(request, paper, typed, status=422)
    note = f"{sum(map(len, cells))} cells pasted"
    try:
        saving.save(
            paper, by=request.member, revision=paper.revision, title=typed.title, body=typed.body(), note=note
        )  # fmt: skip
    except saving.Stale as error:
        return _conflict(request, error.stored, typed)
    messages.success(request, f"{note}. The version before them is kept under Versions.")
    return redirect(f"{reverse('workpaper_edit', kwargs={'workpaper_id': paper.pk})}#sheet")


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_row_addition(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _reshaped(request, workpaper_id, add_row)


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_row_removal(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _reshaped(request, workpaper_id, remove_row)


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_column_addition(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _reshaped(request, workpaper_id, add_column)


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_column_removal(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _reshaped(request, workpaper_id, remove_column)


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_item_addition(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    """Keeps what is typed; the page that answers has an empty step at the end."""
    return _reshaped(request, workpaper_id, lambda body, _: body, "next-step")


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_item_removal(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _reshaped(request, workpaper_id, remove_item, "steps")


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_item_raising(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _reshaped(request, workpaper_id, raise_item, _step(request))


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_item_lowering(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _reshaped(request, workpaper_id, lower_item, _step(request))


def _step(request: OrganizationRequest) -> str:
    """Where the page opens again: at the step that was moved."""
    place = request.POST.get("place", "")
    return f"step-{place}" if ID.match(place) else "steps"


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_preview(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    """The texts as they will be read, beside their fields. Nothing is saved by it."""
    paper = visible_paper(request, workpaper_id)
    if paper.locked or paper.binder.is_locked:
        return _refused_locked(request, paper)
    typed = typed_body(request, paper)
    sheet = Sheet(paper, typed.legend, typed.papers, [])
    return edit_page(request, paper, typed, drawn={name: sheet.drawn(text) for name, text in typed.kept_texts.items()})

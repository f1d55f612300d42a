from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import telling
from workspaces.forms.reasons import NoteForm
from workspaces.models import ReviewNote, Workpaper
from workspaces.views.workpaper import detail_page, may_clear, visible_paper

CLOSED = "The file is locked: its notes stay as they are."


@require_POST
@requires(Permission.REVIEW_WORKPAPERS)
def review_note_creation(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    paper = visible_paper(request, workpaper_id)
    if is_closed(paper):
        return _refused(request, paper, CLOSED)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return detail_page(request, paper, status=422, note_form=form)
    note = ReviewNote.objects.create(workpaper=paper, raised_by=request.member, **form.cleaned_data)
    telling.raised(note, by=request.member)
    messages.success(request, "Note raised")
    return redirect(f"{paper.get_absolute_url()}#notes")


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def review_note_reply(request: OrganizationRequest, note_id: UUID) -> HttpResponse:
    note = _visible_note(request, note_id)
    if is_closed(note.workpaper):
        return _refused(request, note.workpaper, CLOSED)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return detail_page(request, note.workpaper, status=422, reply_form=form, replied=note)
    reply = ReviewNote.objects.create(
        workpaper=note.workpaper, parent=note, raised_by=request.member, text=form.cleaned_data["text"]
    )
    telling.answered(note, reply, by=request.member)
    return redirect(f"{note.workpaper.get_absolute_url()}#note-{note.pk}")


@require_POST
@requires(Permission.REVIEW_WORKPAPERS)
def review_note_clearing(request: OrganizationRequest, note_id: UUID) -> HttpResponse:
    """Only who raised a note says that it is answered, as long as that person is there to say so."""
    note = _visible_note(request, note_id)
    if not may_clear(note, request.member):
        return detail_page(request, note.workpaper, status=409, refusals=["Only who raised a note clears it."])
    if is_closed(note.workpaper):
        return _refused(request, note.workpaper, CLOSED)
    if ReviewNote.objects.open().filter(pk=note.pk).update(cleared_at=timezone.now(), cleared_by=request.member):
        telling.cleared(note, by=request.member)
    messages.success(request, "Note cleared")
    return redirect(f"{note.workpaper.get_absolute_url()}#notes")


def _visible_note(request: OrganizationRequest, note_id: UUID) -> ReviewNote:
    seen = Workpaper.objects.visible_to(request.member)
    notes = ReviewNote.objects.raised().filter(workpaper__in=seen)
    notes = notes.select_related("workpaper__binder__project__client", "raised_by")
    return get_object_or_404(notes, pk=note_id)


def is_closed(paper: Workpaper) -> bool:
    return paper.locked and paper.late_at is None


def _refused(request: OrganizationRequest, paper: Workpaper, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect(paper)

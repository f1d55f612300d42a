from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from uuid_utils.compat import uuid7

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
    note, is_new = _once(
        form, ReviewNote(workpaper=paper, anchor=form.cleaned_data["anchor"], raised_by=request.member)
    )
    if is_new:
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
    reply, is_new = _once(form, ReviewNote(workpaper=note.workpaper, parent=note, raised_by=request.member))
    if is_new:
        telling.answered(note, reply, by=request.member)
    return redirect(f"{note.workpaper.get_absolute_url()}#note-{note.pk}")


def _once(form: NoteForm, note: ReviewNote) -> tuple[ReviewNote, bool]:
    """The note, and whether it is new: one that the same form has made already is not made again."""
    key, note.text = form.cleaned_data["key"], form.cleaned_data["text"]
    mine = ReviewNote.objects.filter(workpaper=note.workpaper, raised_by=note.raised_by)
    if key and (made := mine.filter(pk=key).first()):
        return made, False
    note.pk = key or note.pk
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError:  # pressed twice at once, or no key of ours
        if made := mine.filter(pk=key).first():
            return made, False
        note.pk = uuid7()
        note.save(force_insert=True)
    return note, True


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

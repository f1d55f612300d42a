from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from uuid_utils.compat import uuid7

from clients.downloads import can_preview
from clients.models import DocumentVersion
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission
from workspaces import bodies, lead_building, saving, signing
from workspaces.cited import cited_of, newer_versions
from workspaces.forms.workpaper import WorkpaperForm, next_reference
from workspaces.legends import Legend, ensure_legend
from workspaces.models import Binder, ReviewNote, SignOff, Workpaper, WorkpaperVersion
from workspaces.paper_status import Standing, standings
from workspaces.sheet import Sheet
from workspaces.table_pages import table_page
from workspaces.tie_out import ties_of
from workspaces.views.binder import visible_binder


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def workpaper_detail(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    paper = visible_paper(request, workpaper_id)
    signing.opened(paper, by=request.member)
    return detail_page(request, paper)


def visible_paper(request: OrganizationRequest, workpaper_id: UUID) -> Workpaper:
    papers = Workpaper.objects.visible_to(request.member).select_related(
        "binder__project__client", "document", "created_by"
    )
    return get_object_or_404(papers, pk=workpaper_id)


def detail_page(request: OrganizationRequest, paper: Workpaper, *, status: int = 200, **more: Any) -> HttpResponse:
    """`more` holds a bound form that was not carried out, or the reasons why something was refused."""
    sheet = sheet_of(paper)
    part = table_page(sheet.grid, request.GET)
    standing = standings([paper])[0]
    notes = list(
        ReviewNote.objects.filter(workpaper=paper)
        .select_related("raised_by", "cleared_by")
        .order_by("created_at", "id")
    )
    context = {
        "paper": paper,
        "binder": paper.binder,
        "sheet": sheet,
        "part": part,
        "rows": sheet.rows_at(part.places),
        "standing": standing,
        "saved_at": None if paper.locked else _saved_at(paper),
        "steps": steps(standing, request, sheet),
        "history": SignOff.objects.filter(workpaper=paper).exclude(withdrawn_at=None)
        .select_related("member", "withdrawn_by").order_by("-withdrawn_at")[:20],
        "notes": threads(notes, sheet, request.member),
        "note_key": uuid7(),
        "note_place": sheet.place_name(request.GET.get("note", "")),
        **_beside(request, paper),
        "open_notes": standing.notes,
        "legend": sheet.legend.marks,
        "others": sorted(sheet.papers.values(), key=lambda other: other.sort_key),
        "may_write": may_write(request, paper),
        "may_note": request.member.can(Permission.REVIEW_WORKPAPERS) and (not paper.locked or paper.late_at is not None),
        **more,
    }  # fmt: skip
    return render(request, "workspaces/workpaper/detail.html", context, status=status)


def _saved_at(paper: Workpaper) -> datetime | None:
    """When somebody last wrote: a renumbering, for one, changes the paper's row, but no version of it."""
    versions = WorkpaperVersion.objects.filter(workpaper=paper).order_by("-number")
    return versions.values_list("updated_at", flat=True).first()


def sheet_of(paper: Workpaper) -> Sheet:
    newer = newer_versions(Workpaper.objects.filter(pk=paper.pk)).get(paper.pk, 0)
    return Sheet(paper, Legend(paper.binder), others_of(paper.binder), ties_of([paper])[paper.pk], newer=newer)


def others_of(binder: Binder) -> list[Workpaper]:
    return list(
        Workpaper.objects.filter(binder=binder).only("reference", "title", "sort_key", "organization").in_order()
    )


def may_write(request: OrganizationRequest, paper: Workpaper) -> bool:
    return request.member.can(Permission.PREPARE_WORKPAPERS) and not paper.locked and not paper.binder.is_locked


def _beside(request: OrganizationRequest, paper: Workpaper) -> dict[str, Any]:
    """Whether the cited document is read beside the paper: where it is what the paper is about, or when asked for."""
    version = cited_of(paper, DocumentVersion.objects.filter(document=paper.document_id).order_by("-number"))
    is_shown = paper.document is not None and (paper.kind == Workpaper.Kind.DOCUMENT or "beside" in request.GET)
    return {"is_beside": is_shown, "cited": version, "opens_here": version is not None and can_preview(version)}


def threads(notes: list[ReviewNote], sheet: Sheet, member: Membership) -> list[dict[str, Any]]:
    """The notes, each with its replies; what is open first."""
    grouped = [
        {
            "note": note, "place": sheet.place_name(note.anchor), "may_clear": may_clear(note, member),
            "replies": [reply for reply in notes if reply.parent_id == note.pk], "key": uuid7(),
        }
        for note in notes
        if note.parent_id is None
    ]  # fmt: skip
    return sorted(grouped, key=lambda thread: thread["note"].cleared_at is not None)


def may_clear(note: ReviewNote, member: Membership) -> bool:
    """Who raised it. Where that person has left the firm, who closes files: else the file stayed open for good."""
    if note.raised_by_id == member.pk:
        return True
    raiser = note.raised_by
    is_here = raiser.deleted_at is None and raiser.status == Membership.Status.ACTIVE
    return not is_here and member.can(Permission.CLOSE_BINDERS)


def steps(standing: Standing, request: OrganizationRequest, sheet: Sheet) -> list[dict[str, Any]]:
    """The sign-off bar: who has signed what, and whether this member may sign next."""
    words = {"preparer": ("Prepared", "Prepare"), "reviewer": ("Reviewed", "Review"), "partner": ("Partner", "Partner")}
    takes_signatures = signing.takes_signatures(standing.paper)
    found = []
    for role in standing.needed:
        sign_off = standing.signed.get(role)
        reasons = signing.rule_refusals(standing, role, request.member)
        found.append({
            "role": role, "word": words[role][0 if sign_off else 1], "sign_off": sign_off,
            "is_stale": sign_off is not None and not standing.is_signed(role),
            "may_sign": not reasons, "reason": _waiting(standing, role) or (reasons[0] if reasons else ""),
            "problems": sheet.problems if not reasons else [],
            "may_withdraw": sign_off is not None and may_withdraw(request, sign_off) and takes_signatures,
        })  # fmt: skip
    return found


def _waiting(standing: Standing, role: str) -> str:
    """Whose turn comes first, in two words; a signature that was given and no longer holds says more than that."""
    earlier = {"reviewer": "preparer", "partner": "reviewer"}.get(role, "")
    return (
        {"preparer": "After it is prepared", "reviewer": "After the review"}[earlier]
        if (earlier and earlier not in standing.signed)
        else ""
    )


def may_withdraw(request: OrganizationRequest, sign_off: SignOff) -> bool:
    """The signer, or who closes files: somebody may have left."""
    return sign_off.member_id == request.member.pk or request.member.can(Permission.CLOSE_BINDERS)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_create(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    if binder.is_locked:
        messages.error(request, "The file is locked. What is added to it now needs a reason.")
        return redirect("lock_down", binder_id=binder.pk)
    ensure_legend()
    mine = Workpaper.objects.filter(binder=binder)
    proposed = next_reference(binder, request.GET.get("section", "A").upper(), request.GET.get("below", "").upper())
    form = WorkpaperForm(request.POST or None, binder=binder, member=request.member, initial={"reference": proposed})
    if made := form.made_before(mine):
        return redirect("workpaper_edit", workpaper_id=made.pk)
    if form.is_valid():
        form.instance.body = bodies.blank(form.instance.kind)
        form.instance.pk = form.cleaned_data.get("key") or form.instance.pk
        made = saving.create(form.instance, by=request.member)
        if made.kind == Workpaper.Kind.LEAD:
            lead_building.bring_up_to_date(binder, by=request.member, sections=[made.section])
        return redirect("workpaper_edit", workpaper_id=made.pk)
    return render(request, "workspaces/workpaper/form.html", {"form": form, "binder": binder}, status=form.error_status)

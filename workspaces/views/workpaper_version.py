from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import cited, saving
from workspaces.amounts import digits_of
from workspaces.differences import changes
from workspaces.legends import Legend
from workspaces.models import SignOff, Workpaper, WorkpaperVersion
from workspaces.views.workpaper import may_write, visible_paper
from workspaces.views.workpaper_edit import LEADS_ROWS, LOCKED

#: So many differences are listed: a new ledger changes every row of a long lead.
SHOWN = 300


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def workpaper_versions(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    """The versions, and the differences between two: the address names them, else the newest and the one before."""
    paper = visible_paper(request, workpaper_id)
    versions = list(
        WorkpaperVersion.objects.filter(workpaper=paper)
        .defer("body")
        .select_related("created_by")
        .order_by("-number")[:200]
    )
    newest = versions[0].number if versions else 0
    to = _number(request.GET.get("to", ""), newest)
    since = _number(request.GET.get("from", ""), max(to - 1, 1))
    signed: dict[int, list[str]] = {}
    for sign_off in SignOff.objects.standing().filter(workpaper=paper).select_related("member").order_by("signed_at"):
        signed.setdefault(sign_off.version, []).append(sign_off.member.display_name)
    rows = [{"version": version, "signers": signed.get(version.number, [])} for version in versions]
    found = _between(paper, since, to)
    context = {
        "paper": paper, "rows": rows, "from": since, "to": to, "changes": found[:SHOWN], "more": len(found[SHOWN:]),
        "may_restore": may_write(request, paper) and paper.kind != Workpaper.Kind.LEAD,
    }  # fmt: skip
    return render(request, "workspaces/workpaper/versions.html", context)


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def workpaper_restoration(request: OrganizationRequest, workpaper_id: UUID, number: int) -> HttpResponse:
    """Go back to what an earlier version said, as a new version: nothing in between is lost."""
    paper = visible_paper(request, workpaper_id)
    version = get_object_or_404(WorkpaperVersion, workpaper=paper, number=number)
    if paper.kind == Workpaper.Kind.LEAD:
        messages.error(request, LEADS_ROWS)
        return redirect(paper)
    if not cited.is_there(version.body):
        name = version.body["cited"]["name"]
        messages.error(request, f"Version {number} cites “{name}”, which was deleted. Restore the document first.")
        return redirect(paper)
    try:
        saving.save(
            paper, by=request.member, revision=paper.revision, title=version.title, body=version.body,
            note=f"Back to version {number}",
        )  # fmt: skip
        messages.success(request, f"The paper says again what version {number} said")
    except saving.Locked:
        messages.error(request, LOCKED)
    except saving.Stale:
        messages.error(request, "Somebody changed this paper meanwhile. Look at it, then go back.")
    return redirect(paper)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise


def _between(paper: Workpaper, since: int, to: int) -> list:
    found = {v.number: v for v in WorkpaperVersion.objects.filter(workpaper=paper, number__in={since, to})}
    if {since, to} - found.keys():
        raise Http404("No such version.")
    old, new = found[since], found[to]
    titles, digits = (old.title, new.title), digits_of(paper.binder.currency)
    return changes(old.body, new.body, Legend(paper.binder), titles=titles, digits=digits)

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from organizations.access import View, requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import signing
from workspaces.forms.binder import uuid_or_none
from workspaces.forms.reasons import ReasonForm
from workspaces.models import SignOff, Workpaper
from workspaces.paper_status import ROLES
from workspaces.views.binder import visible_binder
from workspaces.views.workpaper import detail_page, may_withdraw, visible_paper


def _signing_one(role: str) -> View:
    @require_POST
    @requires(signing.PERMISSIONS[role])
    def sign_one(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
        paper = visible_paper(request, workpaper_id)
        try:
            signing.sign(paper, role, by=request.member, seen=request.POST.get("seen", ""))
        except signing.SigningRefused as error:
            return detail_page(request, visible_paper(request, workpaper_id), status=409, refusals=error.reasons)
        messages.success(request, f"{paper.reference} signed as {role}")
        return redirect(paper)

    return sign_one


def _signing_many(role: str) -> View:
    @require_POST
    @requires(signing.PERMISSIONS[role])
    def sign_many(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
        """Signs the chosen papers that were opened as they are now; the others are named with the reason."""
        binder = visible_binder(request, binder_id)
        chosen = [pk for text in request.POST.getlist("selected")[:500] if (pk := uuid_or_none(text))]
        papers = list(Workpaper.objects.filter(binder=binder, pk__in=chosen).in_order())
        _tell(request, role, *signing.sign_many(papers, role, by=request.member))
        return redirect(binder)

    return sign_many


sign_as_preparer, sign_as_reviewer, sign_as_partner = map(_signing_one, ROLES)
bulk_preparation, bulk_review, bulk_partner = map(_signing_many, ROLES)


def _tell(request: OrganizationRequest, role: str, signed: list[Workpaper], refused: dict[Workpaper, str]) -> None:
    if signed:
        messages.success(request, f"{len(signed)} paper{'' if len(signed) == 1 else 's'} signed as {role}")
    for paper, reason in list(refused.items())[:10]:
        messages.error(request, f"{paper.reference}: {reason}")
    if len(refused) > 10:
        messages.error(request, f"{len(refused) - 10} more were not signed.")
    if not signed and not refused:
        messages.warning(request, "Choose papers first.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PREPARE_WORKPAPERS)
def sign_off_withdrawal(request: OrganizationRequest, sign_off_id: UUID) -> HttpResponse:
    seen = Workpaper.objects.visible_to(request.member)
    sign_offs = SignOff.objects.standing().filter(workpaper__in=seen).select_related("workpaper__binder", "member")
    sign_off = get_object_or_404(sign_offs, pk=sign_off_id)
    if not may_withdraw(request, sign_off):
        refusal = f"Only {sign_off.member.display_name}, or who closes files, takes this signature back."
        return detail_page(request, visible_paper(request, sign_off.workpaper_id), status=409, refusals=[refusal])
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            signing.withdraw(sign_off, by=request.member, reason=form.cleaned_data["reason"])
            messages.success(request, "Signature taken back")
        except signing.SigningRefused as error:
            messages.error(request, " ".join(error.reasons))
        return redirect(sign_off.workpaper)
    context = {"form": form, "sign_off": sign_off, "paper": sign_off.workpaper}
    return render(request, "workspaces/workpaper/withdrawal.html", context, status=422 if form.errors else 200)

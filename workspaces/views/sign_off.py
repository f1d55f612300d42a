from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import signing
from workspaces.forms.binder import uuid_or_none
from workspaces.forms.reasons import ReasonForm
from workspaces.models import SignOff, Workpaper
from workspaces.views.binder import visible_binder
from workspaces.views.workpaper import detail_page, may_withdraw, visible_paper


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def sign_as_preparer(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _sign(request, workpaper_id, "preparer")


@require_POST
@requires(Permission.REVIEW_WORKPAPERS)
def sign_as_reviewer(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _sign(request, workpaper_id, "reviewer")


@require_POST
@requires(Permission.SIGN_AS_PARTNER)
def sign_as_partner(request: OrganizationRequest, workpaper_id: UUID) -> HttpResponse:
    return _sign(request, workpaper_id, "partner")


def _sign(request: OrganizationRequest, workpaper_id: UUID, role: str) -> HttpResponse:
    paper = visible_paper(request, workpaper_id)
    try:
        signing.sign(paper, role, by=request.member, seen=request.POST.get("seen", ""))
    except signing.SigningRefused as error:
        return detail_page(request, visible_paper(request, workpaper_id), status=409, refusals=error.reasons)
    messages.success(request, f"{paper.reference} signed as {role}")
    return redirect(paper)


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


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def bulk_preparation(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    return _bulk(request, binder_id, "preparer")


@require_POST
@requires(Permission.REVIEW_WORKPAPERS)
def bulk_review(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    return _bulk(request, binder_id, "reviewer")


@require_POST
@requires(Permission.SIGN_AS_PARTNER)
def bulk_partner(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    return _bulk(request, binder_id, "partner")


def _bulk(request: OrganizationRequest, binder_id: UUID, role: str) -> HttpResponse:
    """Signs the chosen papers that were opened as they are now; the others are named with the reason."""
    binder = visible_binder(request, binder_id)
    chosen = [pk for text in request.POST.getlist("selected")[:500] if (pk := uuid_or_none(text))]
    papers = list(Workpaper.objects.filter(binder=binder, pk__in=chosen).in_order())
    signed, refused = signing.sign_many(papers, role, by=request.member)
    if signed:
        messages.success(request, f"{len(signed)} paper{'' if len(signed) == 1 else 's'} signed as {role}")
    for paper, reason in list(refused.items())[:10]:
        messages.error(request, f"{paper.reference}: {reason}")
    if len(refused) > 10:
        messages.error(request, f"{len(refused) - 10} more were not signed.")
    if not papers:
        messages.warning(request, "Choose papers first.")
    return redirect(reverse("binder_detail", kwargs={"binder_id": binder.pk}))

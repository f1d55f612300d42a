"""The ledger of a binder: what its sections come to, and which account belongs where."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission
from workspaces import account_mapping, prior_year
from workspaces.account_mapping import UnknownSection
from workspaces.ledger_accounts import (
    FIGURES,
    Mapped,
    SectionTotal,
    grand_total,
    mapped_accounts,
    section_totals,
    writer,
)
from workspaces.models import Binder, TrialBalance, Workpaper
from workspaces.trial_balance_import import Closed, NotBalanced
from workspaces.views.binder import visible_binder

PER_PAGE = 50


@require_safe
@requires(Permission.VIEW_WORKPAPERS)
def trial_balance(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    return trial_balance_page(request, visible_binder(request, binder_id))


def trial_balance_page(request: OrganizationRequest, binder: Binder, *, status: int = 200) -> HttpResponse:
    accounts, balances = mapped_accounts(binder), list(TrialBalance.objects.filter(binder=binder).order_by("kind"))
    totals, write = section_totals(binder, accounts), writer(binder, accounts)
    shown = request.GET.get("section", totals[0].section if totals else "")
    leads = Workpaper.objects.filter(binder=binder, kind=Workpaper.Kind.LEAD).defer("body", "tsv").in_order()
    lead_of = {lead.section: lead for lead in reversed(leads)}
    context = {
        "binder": binder, "balances": balances, "has_prior": any(balance.kind == TrialBalance.Kind.PRIOR for balance in balances),
        "shown": shown,
        "year_before": prior_year.binder_before(binder, request.member),
        "totals": [_row(total, write) | {"lead": lead_of.get(total.section)} for total in totals],
        "total": _row(grand_total(accounts), write), "titles": binder.section_titles,
        **_accounts(request, binder, accounts, shown, write),
    }  # fmt: skip
    return render(request, "workspaces/trial_balance/detail.html", context, status=status)


def _row(total: SectionTotal, write: Callable[[int], str]) -> dict[str, Any]:
    return {"of": total, "figures": [write(getattr(total, name)) for name in FIGURES]}


def _accounts(
    request: OrganizationRequest, binder: Binder, accounts: list[Mapped], section: str, write: Callable[[int], str]
) -> dict[str, Any]:
    """One page of a section's accounts, from the account the address names on."""
    mine = [one for one in accounts if one.section == section]
    rest = [one for one in mine if one.account.code > request.GET.get("after", "")]
    page = rest[:PER_PAGE]
    proposed = account_mapping.proposed(binder, page)
    rows = [
        {
            "account": one.account, "section": one.section or proposed.get(one.account.code, ""),
            "is_proposed": one.account.code in proposed,
            "figures": [write(getattr(one.account, name)) for name in FIGURES],
        }
        for one in page
    ]  # fmt: skip
    following = urlencode({"section": section, "after": page[-1].account.code}) if len(rest) > PER_PAGE else ""
    return {
        "rows": rows,
        "has_proposals": bool(proposed),
        "count": len(mine),
        "next": f"?{following}" if following else "",
        "is_first": rest == mine,
    }


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def account_mapping_saving(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    binder = visible_binder(request, binder_id)
    there = {one.account.code for one in mapped_accounts(binder)}
    sent = zip(request.POST.getlist("code"), request.POST.getlist("section"), strict=False)
    return _mapped(request, binder, {code: section for code, section in sent if code in there})


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def account_mapping_proposals(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    """Everything that is proposed, on whatever page it stands."""
    binder = visible_binder(request, binder_id)
    return _mapped(request, binder, account_mapping.proposed(binder, mapped_accounts(binder)))


@require_POST
@requires(Permission.PREPARE_WORKPAPERS)
def trial_balance_prior(request: OrganizationRequest, binder_id: UUID) -> HttpResponse:
    """Last year's audited figures, from last year's binder, in place of whatever stood there."""
    binder = visible_binder(request, binder_id)
    source = prior_year.binder_before(binder, request.member)
    try:
        taken = prior_year.take(binder, source, by=request.member) if source else None
    except Closed as closed:
        messages.error(request, str(closed))
        return redirect("trial_balance", binder_id=binder.pk)
    except NotBalanced:
        messages.error(request, f"The ledger of {source} does not balance. Correct it there, or import a file.")
        return redirect("trial_balance", binder_id=binder.pk)
    if taken is None:
        messages.error(request, "There is no binder of the year before with a ledger in this currency. Import a file.")
    else:
        messages.success(request, f"Prior year taken from {source}")
    return redirect("trial_balance", binder_id=binder.pk)


def _mapped(request: OrganizationRequest, binder: Binder, chosen: dict[str, str]) -> HttpResponse:
    try:
        changed = account_mapping.save(binder, chosen, by=request.member)
    except UnknownSection as unknown:
        messages.error(request, str(unknown))
        return trial_balance_page(request, binder, status=422)
    except Closed as closed:
        messages.error(request, str(closed))
    else:
        messages.success(request, _said(changed))
    return redirect("trial_balance", binder_id=binder.pk)


def _said(changed: int) -> str:
    if not changed:
        return "Nothing to map here"
    return f"{changed:,} account{'' if changed == 1 else 's'} mapped; the leads show them"


def refused_closed(request: OrganizationRequest, binder: Binder) -> HttpResponse | None:
    """Back to the ledger, if the file is closed."""
    if not binder.is_locked and not binder.is_on_hold:
        return None
    why = "locked" if binder.is_locked else "on legal hold"
    messages.error(request, f"The file is {why}: its ledger stays as it is.")
    return redirect(reverse("trial_balance", kwargs={"binder_id": binder.pk}))

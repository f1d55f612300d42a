"""Last year's figures from last year's binder: what its accounts came to with every posted adjustment."""

from datetime import timedelta

from organizations.models import Membership
from workspaces import trial_balance_import
from workspaces.amounts import digits_of
from workspaces.ledger_accounts import mapped_accounts
from workspaces.ledger_rows import Ledger, Line
from workspaces.models import Binder, TrialBalance
from workspaces.trial_balance_import import Source

#: So many days may lie between two periods.
APART = timedelta(days=31)


def binder_before(binder: Binder, member: Membership) -> Binder | None:
    """The client's binder for the period before this one, if it has a ledger in the same currency."""
    day_before = binder.first_day - timedelta(days=1)
    binders = (
        Binder.objects.visible_to(member)
        .select_related("project__client")
        .filter(currency=binder.currency, trial_balances__kind="current")
    )
    if binder.rolled_from_id and (source := binders.filter(pk=binder.rolled_from_id).first()):
        return source
    if binder.project.client_id is None:
        return None
    near = binders.filter(project__client=binder.project.client_id, period_end__range=(day_before - APART, day_before))
    return near.exclude(pk=binder.pk).order_by("-period_end", "-id").first()


def take(binder: Binder, source: Binder, *, by: Membership) -> TrialBalance | None:
    """Audited figures of `source` as the prior year of `binder`; none if it has no ledger.

    Raises Closed for a file whose ledger may not change, and NotBalanced if last year's did not.
    """
    lines = [
        Line(number, one.account.code, one.account.name, one.account.audited)
        for number, one in enumerate(mapped_accounts(source), start=1)
        if one.account.audited
    ]
    if not lines:
        return None
    named = Source(f"Audited figures of {source.project.name}", "", TrialBalance.Kind.PRIOR, source.period_end)
    return trial_balance_import.run(binder, Ledger(lines, digits_of(binder.currency)), named, by=by)

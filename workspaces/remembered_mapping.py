"""What a client's accounts were mapped to before: proposed for the accounts that a binder has not placed yet.

A binder keeps its own mapping (`BinderAccount`), which is closed with it. What is decided in another year's file changes
no figure of this one.
"""

from collections.abc import Mapping

from organizations.models import Membership
from workspaces.models import AccountMapping, Binder, BinderAccount, JournalEntryLine, TrialBalanceLine

BATCH = 2_000


def remembered(binder: Binder) -> dict[str, str]:
    """Code → section of this binder's index; none for work that has no client."""
    if binder.project.client_id is None:
        return {}
    rows = AccountMapping.objects.filter(client=binder.project.client_id, section__in=binder.section_titles)
    return dict(rows.values_list("code", "section"))


def take_over(binder: Binder, *, by: Membership) -> None:
    """Accounts that are new in a held binder begin where the client's were before."""
    codes = {
        *TrialBalanceLine.objects.filter(trial_balance__binder=binder).values_list("code", flat=True),
        *JournalEntryLine.objects.filter(entry__binder=binder).values_list("code", flat=True),
    }
    placed = set(BinderAccount.objects.filter(binder=binder).values_list("code", flat=True))
    known = remembered(binder)
    place(binder, {code: known[code] for code in sorted(codes - placed) if code in known}, by=by)


def place(binder: Binder, chosen: Mapping[str, str], *, by: Membership) -> None:
    """Nothing stands for no section: it is not proposed again."""
    BinderAccount.objects.bulk_create(
        [BinderAccount(binder=binder, code=code, section=section, created_by=by) for code, section in chosen.items()],
        batch_size=BATCH, update_conflicts=True, unique_fields=["organization", "binder", "code"], update_fields=["section"],
    )  # fmt: skip


def remember(binder: Binder, chosen: Mapping[str, str], *, by: Membership) -> None:
    """For the client's next file, unless a later one has been begun already."""
    client = binder.project.client
    if client is None or Binder.objects.filter(project__client=client, period_end__gt=binder.period_end).exists():
        return
    gone = [code for code, section in chosen.items() if not section]
    AccountMapping.objects.filter(client=client, code__in=gone).delete()
    AccountMapping.objects.bulk_create(
        [AccountMapping(client=client, code=code, section=section, created_by=by) for code, section in chosen.items() if section],
        batch_size=BATCH, update_conflicts=True, unique_fields=["organization", "client", "code"], update_fields=["section"],
    )  # fmt: skip

"""Leads come from the ledger: a section that has accounts gets one, and every one is brought up to the figures."""

from collections import defaultdict
from collections.abc import Iterable

from organizations.models import Membership
from workspaces import leads, saving
from workspaces.ledger_accounts import Account, mapped_accounts
from workspaces.models import Binder, Workpaper
from workspaces.numbering import next_free, reference_of, sort_key


def bring_up_to_date(binder: Binder, *, by: Membership, sections: Iterable[str] | None = None) -> None:
    """To be called inside a transaction, after an import, a mapping or a posting."""
    wanted = None if sections is None else list(sections)
    accounts_of: dict[str, list[Account]] = defaultdict(list)
    for one in mapped_accounts(binder, wanted):
        accounts_of[one.section].append(one.account)
    # Whoever types in a lead at this moment waits, and is then told that it has changed.
    leads_there = Workpaper.objects.filter(binder=binder, kind=Workpaper.Kind.LEAD).order_by("pk")
    if wanted is not None:
        leads_there = leads_there.filter(section__in=wanted)
    list(leads_there.select_for_update(of=("self",)).values_list("pk"))
    found = list(leads_there.select_related("binder__project__client"))
    leads.refresh(found, accounts_of, by=by)
    missing = accounts_of.keys() - {lead.section for lead in found}
    for section in binder.section_titles:
        if section in missing:
            _add_lead(binder, section, accounts_of[section], by)


def _add_lead(binder: Binder, section: str, accounts: list[Account], by: Membership) -> None:
    """The letter itself stands for its lead; where a paper has it, the next number."""
    references = list(Workpaper.objects.filter(binder=binder).values_list("reference", flat=True))
    numbers = next_free(section, (), references) if section in references else ()
    lead = Workpaper(
        binder=binder, section=section, reference=reference_of(section, numbers), sort_key=sort_key(section, numbers),
        position=numbers[-1] if numbers else 0, kind=Workpaper.Kind.LEAD,
        title=binder.section_titles[section] or f"Lead {section}",
    )  # fmt: skip
    lead.body = {"grid": leads.lead_grid(lead, accounts)}
    saving.create(lead, by=by)

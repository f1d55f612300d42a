"""Leads come from the ledger: a section that has accounts gets one, and every one is brought up to the figures."""

from collections.abc import Iterable

from organizations.models import Membership
from workspaces import leads, saving
from workspaces.models import Binder, Workpaper
from workspaces.numbering import next_free, reference_of, sort_key


def bring_up_to_date(binder: Binder, *, by: Membership, sections: Iterable[str] | None = None) -> None:
    """To be called inside a transaction, after an import, a mapping or a posting."""
    wanted = list(binder.section_titles if sections is None else sections)
    # Whoever types in a lead at this moment waits, and is then told that it has changed.
    papers = Workpaper.objects.filter(binder=binder, kind=Workpaper.Kind.LEAD, section__in=wanted)
    there = set(papers.order_by("pk").select_for_update(of=("self",)).values_list("section", flat=True))
    for section in wanted:
        if section not in there and section in binder.section_titles and leads.accounts(binder, section):
            _add_lead(binder, section, by)
    leads.refresh(binder, by=by, sections=sections)


def _add_lead(binder: Binder, section: str, by: Membership) -> Workpaper:
    """The letter itself stands for its lead; where a paper has it, the next number."""
    references = list(Workpaper.objects.filter(binder=binder).values_list("reference", flat=True))
    numbers = next_free(section, (), references) if section in references else ()
    lead = Workpaper(
        binder=binder, section=section, reference=reference_of(section, numbers), sort_key=sort_key(section, numbers),
        position=numbers[-1] if numbers else 0, kind=Workpaper.Kind.LEAD,
        title=binder.section_titles[section] or f"Lead {section}",
    )  # fmt: skip
    return saving.create(lead, by=by)

"""Controls of a session's document: each shows one place, or its text to who may only read."""

from typing import Any

from django import template
from django.template.context import Context

from workspaces import amounts
from workspaces.models import ScopingSession, SessionAcceptance, SessionShare
from workspaces.scoping import pictures, prose
from workspaces.scoping.typed import Place

register = template.Library()


@register.inclusion_tag("workspaces/scoping/parts/place.html", takes_context=True)
def place(
    context: Context, at: Place, rows: int = 0, label: str = "", cls: str = "", bare: bool = False, offers: str = ""
) -> dict[str, Any]:
    """A line, a text of so many rows, or a list. `bare` hides the label from eyes: for cells of a table.

    `offers` is the id of a list of words that are often written there.
    """
    return {
        "at": at, "rows": rows, "label": label or at.label, "cls": cls, "bare": bare, "offers": offers,
        "may_write": context["may_write"], "read": dict(at.options).get(at.value, at.value),
    }  # fmt: skip


@register.filter
def figure(figures: dict[str, str], name: str) -> str:
    return figures.get(name, "")


@register.filter
def minor(amount: int, currency: str) -> str:
    """Of the smallest unit, for reading."""
    return amounts.written(amount, amounts.digits_of(currency))


@register.filter
def blocks(text: str) -> list[dict[str, Any]]:
    """Paragraphs and points of a text, as on paper."""
    return prose.blocks(text)


@register.filter
def as_address(svg: str) -> str:
    return pictures.as_address(svg)


@register.filter
def is_drawn(svg: str) -> bool:
    """Lines and letters, and no points that somebody uploaded."""
    return pictures.raster(svg) is None


@register.filter
def words(sections: list[dict[str, Any]]) -> int:
    """Of all texts of a statement of work."""
    return sum(prose.words(found["row"]["text"].value) for found in sections)


@register.simple_tag
def stage(session: ScopingSession) -> dict[str, Any]:
    """How far it has come, derived from what was sent: “draft”, “shared” or “accepted”; and what was sent last."""
    living = SessionShare.objects.living().filter(snapshot__session=session)
    sent = living.order_by("-snapshot__number").values_list("snapshot__version", flat=True).first()
    if SessionAcceptance.objects.filter(snapshot__session=session).exists():
        return {"status": "accepted", "sent": sent}
    return {"status": "shared" if sent else "draft", "sent": sent}

"""Controls of a session's document: each shows one place, or its text to who may only read."""

from typing import Any

from django import template
from django.template.context import Context

from workspaces import amounts
from workspaces.models import ScopingSession, SessionAcceptance, SessionShare
from workspaces.scoping import pictures, printing
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
    return printing.blocks(text)


@register.filter
def as_address(svg: str) -> str:
    return pictures.as_address(svg)


@register.filter
def is_drawn(svg: str) -> bool:
    """Lines and letters, and no points that somebody uploaded."""
    return pictures.raster(svg) is None


@register.simple_tag
def stage(session: ScopingSession) -> str:
    """How far it has come, derived from what was sent: “draft”, “shared” or “accepted”."""
    if SessionAcceptance.objects.filter(snapshot__session=session).exists():
        return "accepted"
    return "shared" if SessionShare.objects.living().filter(snapshot__session=session).exists() else "draft"

"""For pages that open without Tickmark."""

from django import template
from django.utils.safestring import SafeString

from workspaces.models import Tickmark
from workspaces.printing.archive import OfflineDrawing

register = template.Library()


@register.simple_tag
def offline_mark(mark: Tickmark, label: str = "", problem: str = "") -> SafeString:
    return OfflineDrawing().mark(mark, label, is_bad=bool(problem))

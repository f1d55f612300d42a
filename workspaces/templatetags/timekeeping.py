"""`{% running_timer %}`: in the head of every page, what runs and how to stop it."""

from typing import Any

from django import template
from django.template.context import Context

from organizations.permissions import Permission
from workspaces.timekeeping import durations, timer

register = template.Library()
register.filter("duration", durations.written)


@register.inclusion_tag("workspaces/time/running.html", takes_context=True)
def running_timer(context: Context) -> dict[str, Any]:
    """Asked for once a page, however often it stands on it."""
    request: Any = context.get("request")
    member = getattr(request, "member", None)
    if member is None or not member.can(Permission.LOG_TIME):
        return {}
    if not hasattr(request, "running_timer"):
        request.running_timer = timer.running(member)
    return {"member": member, "entry": request.running_timer, "csrf_token": context.get("csrf_token")}

"""`{% conversation row %}`: what is said about a thing, and where to say more."""

from datetime import date, timedelta
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from uuid_utils.compat import uuid7

from conversations import inbox, reading
from conversations.models import NotificationMute
from conversations.people import Person
from conversations.subjects import of_row
from look import dates

register = template.Library()


@register.inclusion_tag("conversations/parts/conversation.html", takes_context=True)
def conversation(context: Context, row: Any) -> dict[str, Any]:
    """On any page of the firm. Showing it marks it read, and what the member was told of it."""
    request = context["request"]
    talk = reading.conversation(row, Person.of(request.member), before=request.GET.get("before", ""))
    url = reverse("conversation_detail", kwargs={"kind": talk.subject.kind, "subject_id": row.pk})
    return {
        "talk": talk, "talk_url": url, "request": request, "csrf_token": context.get("csrf_token"),
        "page": context.get("page", ""), "stays": "drawer" if context.get("in_drawer") else "",
    }  # fmt: skip


@register.inclusion_tag("conversations/parts/mute_button.html", takes_context=True)
def mute_button(context: Context, row: Any) -> dict[str, Any]:
    """For things that are not talked about themselves, with others that are: a project."""
    subject, member = of_row(row), context["request"].member
    muted = NotificationMute.objects.filter(member=member, scope=subject.kind, scope_id=row.pk).exists()
    return {"subject": subject, "row": row, "is_muted": muted, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def presence(row: Any) -> SafeString:
    """Where those stand who look at the same thing now. Filled by the page's live line; empty without scripts."""
    return format_html(
        '<div class="tk-presence d-print-none" role="status" data-presence="{}:{}"></div>', of_row(row).kind, row.pk
    )


@register.inclusion_tag("conversations/parts/bell.html", takes_context=True)
def bell(context: Context) -> dict[str, Any]:
    """The count is asked once a page, however often the bell stands on it."""
    request: Any = context.get("request")
    if not hasattr(request, "member"):
        return {"request": request}
    if not hasattr(request, "unread_notifications"):
        request.unread_notifications = inbox.unread_told(request.member)
    return {"unread": request.unread_notifications, "request": request}


@register.simple_tag
def new_submission() -> str:
    """For one form: sent twice, it is one comment."""
    return str(uuid7())


@register.filter
def day_name(day: date) -> str:
    """“Today”, “Yesterday”, “Fri 6 Mar”, where the reader is."""
    today = dates.local_time(timezone.now()).date()
    near = {today: "Today", today - timedelta(days=1): "Yesterday"}
    return near.get(day) or dates.day_words(day, today)

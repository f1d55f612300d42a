"""`{% client_head as head %}`: the facts over each page of a client, whichever app draws it."""

from typing import Any

from django import template
from django.template.context import Context

from clients.client_head import head_of

register = template.Library()


@register.simple_tag(takes_context=True)
def client_head(context: Context) -> dict[str, Any]:
    return head_of(context["client"], context["request"].member)

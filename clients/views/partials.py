import json

from django.contrib.messages import get_messages
from django.http import HttpResponse

from organizations.middleware import OrganizationRequest


def is_partial(request: OrganizationRequest) -> bool:
    """htmx asks for a part; when it walks back in the history it asks for the page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and htmx.request_type != "full" and not htmx.history_restore_request


def with_toast(request: OrganizationRequest, response: HttpResponse) -> HttpResponse:
    """A part has no place for messages: what the last step has to say is shown beside it."""
    if said := [str(message) for message in get_messages(request)]:
        response["HX-Trigger"] = json.dumps({"toast": {"words": ". ".join(said), "turn": "done"}})
    return response

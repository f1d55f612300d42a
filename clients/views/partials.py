from organizations.middleware import OrganizationRequest


def is_partial(request: OrganizationRequest) -> bool:
    """htmx asks for a part; when it walks back in the history it asks for the page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and htmx.request_type != "full" and not htmx.history_restore_request

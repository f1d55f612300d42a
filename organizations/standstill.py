"""A firm that operators have suspended: its jobs do nothing, and its pages say so (organizations.middleware)."""

from organizations.models import Organization


def is_suspended() -> bool:
    """Of the firm this code runs in."""
    return Organization.objects.filter(status=Organization.Status.SUSPENDED).exists()

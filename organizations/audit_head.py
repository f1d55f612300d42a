"""Whether a firm's owners get the head of its audit chain by mail every day: what was mailed, nobody can change."""

from organizations.models import Organization

KEY = "audit_head_mailed"


def is_mailed(firm: Organization) -> bool:
    return bool(firm.settings.get(KEY))


def mail_head(firm: Organization, *, wanted: bool) -> None:
    """`firm` under its row's lock."""
    firm.settings = {**firm.settings, KEY: wanted}
    firm.save(update_fields=["settings"])

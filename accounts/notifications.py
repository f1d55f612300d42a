"""Mails a person may turn off. Those about the safety of the account, and those somebody asks for, always go out."""

from accounts.models import User

#: Kind → what the switch says. An app that sends another kind adds it here when it is ready.
KINDS: dict[str, str] = {"export_ready": "My data export is ready"}


def wants(user: User, kind: str) -> bool:
    """Whether the person takes this kind of mail. Everything is on until it is turned off."""
    return user.notification_settings.get(kind) is not False


def chosen(settings: dict[str, bool], choices: dict[str, bool]) -> dict[str, bool]:
    """The stored settings with these choices; kinds that this form does not show stay as they are."""
    return {**settings, **choices}

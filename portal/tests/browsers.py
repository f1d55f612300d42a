"""What tests of the portal have in common: its mails, and a browser that keeps cookies by their path."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client as Browser

from tests.cast import Firm


class PathBrowser(Browser):
    """Django's test client shows every cookie everywhere; a browser minds the path, and so does this one."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.jar: dict[tuple[str, str], str] = {}

    def request(self, **request: Any) -> Any:
        path = request["PATH_INFO"]
        self.cookies.clear()
        for (name, scope), value in self.jar.items():
            if path.startswith(scope):
                self.cookies[name] = value
        response = super().request(**request)
        for name, morsel in response.cookies.items():
            self.jar[name, morsel["path"] or "/"] = morsel.value
        return response


def link_in(message: Any) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https?://\S+/portal/\S+", message.body)
    assert found, message.body
    return urlsplit(found.group()).path


def code_in(message: Any) -> str:
    found = re.search(r"\b\d{6}\b", message.subject)
    assert found, message.subject
    return found.group()


def mails_to(firm: Firm) -> list[Any]:
    return [message for message in mail.outbox if message.to == [firm.ana.email]]

"""The newest mail, and the link in it."""

import re

from django.core import mail


def newest_mail(to: str) -> mail.EmailMultiAlternatives:
    return next(message for message in reversed(mail.outbox) if message.to == [to])


def link_in(message: mail.EmailMultiAlternatives) -> str:
    """The path of the first address in the text part; the HTML part has the same."""
    found = re.search(r"https?://[^/\s]+(/\S*)", message.body)
    assert found, message.body
    assert found[0] in message.alternatives[0].content
    return found[1]

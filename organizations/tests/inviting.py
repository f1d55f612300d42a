"""Inviting as a member does, and what comes of it."""

import re
from typing import Any

from django.core.mail import EmailMessage
from django.test import Client as Browser

from organizations.models import Membership
from organizations.mounts import root_url
from tests.cast import Firm


def invite(browser: Browser, firm: Firm, emails: str, role: str = "member") -> Any:
    return browser.post(firm.url("invitation_list"), {"emails": emails, "role": role}, follow=True)


def link_in(message: EmailMessage) -> str:
    return re.findall(r"https?://[^/]+(/invitations/\S+)", str(message.body))[0]


def membership(firm: Firm, email: str) -> Membership | None:
    with firm.inside():
        return Membership.objects.filter(email=email).first()


def offer(firm: Firm) -> str:
    return root_url("invitation_detail", token=firm.invitation_token)

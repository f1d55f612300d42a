"""The mails this installation has written to `MAIL_DIR` instead of sending them. Only mounted where DEBUG is on."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

BETWEEN = b"-" * 79 + b"\n"
MOST = 200

#: A mail brings its own styles and may load or run nothing; links open outside the frame it is shown in.
MAIL_CSP = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@dataclass(frozen=True)
class Mail:
    name: str
    written_at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "No subject")

    @property
    def to(self) -> str:
        return str(self.message["to"] or "Nobody")

    @property
    def sender(self) -> str:
        return str(self.message["from"] or "")

    def part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        return body.get_content() if body else ""

    @property
    def text(self) -> str:
        return self.part("plain")

    @property
    def has_html(self) -> bool:
        return self.message.get_body(("html",)) is not None


def mails() -> list[Mail]:
    """What lies in the folder, newest first. One file holds the mails of one connection."""
    folder = Path(settings.MAIL_DIR)
    files = (
        sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True) if folder.is_dir() else []
    )
    return [mail for path in files[:MOST] for mail in reversed(_mails_in(path))]


def _mails_in(path: Path) -> list[Mail]:
    written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    parts = [part for part in path.read_bytes().split(BETWEEN) if part.strip()]
    return [
        Mail(f"{path.stem}-{number}", written_at, message_from_bytes(part, policy=policy.default))
        for number, part in enumerate(parts, start=1)
    ]


@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    return render(request, "dev/mail_list.html", {"mails": mails()})


@login_not_required
@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """`?html` is the HTML part by itself, under a policy of its own."""
    # Looked up among the names that are there: nothing of `name` ever becomes a path.
    mail = next((mail for mail in mails() if mail.name == name), None)
    if mail is None:
        raise Http404("No such mail.")
    if "html" in request.GET:
        return mail_html(request, mail)
    return render(request, "dev/mail_detail.html", {"mail": mail})


@csp_override(MAIL_CSP)
@xframe_options_sameorigin
def mail_html(request: HttpRequest, mail: Mail) -> HttpResponse:
    return HttpResponse(re.sub("<head>", '<head><base target="_blank">', mail.part("html"), count=1))

"""Development only: the mails that were written to files instead of being sent."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

MOST = 100


@require_safe
@login_not_required
def mail_list(request: HttpRequest) -> HttpResponse:
    mails = [{"name": path.name, "mail": read(path)} for path in newest()[:MOST]]
    return render(request, "dev/mail_list.html", {"mails": mails})


@require_safe
@login_not_required
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    path = next((path for path in newest() if path.name == name), None)
    if path is None:
        raise Http404("No such mail.")
    mail = read(path)
    body = mail.get_body(("plain", "html"))
    return render(request, "dev/mail_detail.html", {"mail": mail, "text": body.get_content() if body else ""})


def newest() -> list[Path]:
    folder = Path(settings.MAIL_DIR)
    return sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True) if folder.is_dir() else []


def read(path: Path) -> EmailMessage:
    """The first mail of the file; the backend writes one connection's mails into one file."""
    raw = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n", 1)[0]
    return email.message_from_bytes(raw, policy=default)  # type: ignore[return-value]

"""What a client sees under a shared link, without an account: the snapshot, a passcode before it, acceptance below it."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from audit import log
from organizations.models import Organization
from tenancy.context import audited, tenant
from workspaces.forms.scoping_share import AcceptanceForm, PasscodeForm
from workspaces.models import SessionAcceptance, SessionShare, ShareView
from workspaces.printing import typesetting
from workspaces.scoping import accepting, freezing, printing, sharing

COOKIE = "tickmark_scope"
View = Callable[..., HttpResponse]


def with_share(view: View) -> View:
    """The page inside the firm its address names, with the living share under its secret. Else it is not there."""

    @login_not_required
    @wraps(view)
    def inside(request: Any, firm_id: UUID, secret: str) -> HttpResponse:
        with tenant(firm_id):
            firm = Organization.objects.filter(pk=firm_id).first()
            share = sharing.of_secret(secret) if firm and not firm.is_suspended else None
            if share is None:
                return _private(render(request, "workspaces/shared/gone.html", status=404))
            with audited(share=share.pk, name=share.name):
                request.firm, request.share_path = firm, request.path.split(secret)[0] + secret + "/"
                return _private(view(request, share))

    return inside


def _private(answer: HttpResponse) -> HttpResponse:
    """The address is the secret: it goes into no cache and is told to no other site."""
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _is_open(request: HttpRequest, share: SessionShare) -> bool:
    return sharing.is_open(share, request.COOKIES.get(COOKIE, ""))


def _note(request: Any, share: SessionShare, what: str) -> None:
    sharing.note(share, what, ip=request.address, agent=request.headers.get("User-Agent", ""))


@require_safe
@with_share
def shared_scope(request: Any, share: SessionShare) -> HttpResponse:
    if not _is_open(request, share):
        return _ask(request, share, PasscodeForm())
    _note(request, share, ShareView.What.OPENED)
    return _page(request, share, AcceptanceForm())


def _ask(request: Any, share: SessionShare, form: PasscodeForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "firm": request.firm, "path": request.share_path}
    return render(request, "workspaces/shared/passcode.html", context, status=status)


def _page(request: Any, share: SessionShare, form: AcceptanceForm, status: int = 200) -> HttpResponse:
    context = {
        "share": share, "snapshot": share.snapshot, "firm": request.firm, "path": request.share_path, "form": form,
        "content": freezing.shown(share.snapshot.content, share.shows),
        "fingerprint": freezing.fingerprint(share.snapshot, share.shows),
        "acceptance": SessionAcceptance.objects.filter(snapshot=share.snapshot).first(),
        "newer": sharing.newer_than(share.snapshot), "later": _accepted_later(share),
    }  # fmt: skip
    return render(request, "workspaces/shared/scope.html", context, status=status)


def _accepted_later(share: SessionShare) -> SessionAcceptance | None:
    last = accepting.last_accepted(share.snapshot.session)
    return last if last and last.snapshot.number > share.snapshot.number else None


@require_POST
@with_share
def shared_scope_passcode(request: Any, share: SessionShare) -> HttpResponse:
    form = PasscodeForm(request.POST)
    if not form.is_valid():
        return _ask(request, share, form, status=422)
    try:
        sharing.check(share.pk, form.cleaned_data["passcode"])
    except sharing.CodeRefused as refused:
        _note(request, share, ShareView.What.REFUSED)
        form.add_error("passcode", str(refused))
        return _ask(request, share, form, status=422)
    answer = redirect(request.share_path)
    answer.set_cookie(
        COOKIE, sharing.key_of(share), max_age=sharing.OPEN_FOR, path=request.share_path, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return answer


@require_POST
@with_share
def shared_scope_acceptance(request: Any, share: SessionShare) -> HttpResponse:
    """A second press finds the first acceptance and shows it."""
    if not _is_open(request, share) or not share.may_accept:
        return redirect(request.share_path)
    form = AcceptanceForm(request.POST)
    if not form.is_valid():
        return _page(request, share, form, status=422)
    agent = request.headers.get("User-Agent", "")
    with suppress(accepting.NotAccepted):  # the page says so
        accepting.accept(share, form.cleaned_data["name"], ip=request.address, agent=agent)
    return redirect(request.share_path)


@require_safe
@with_share
def shared_scope_pdf(request: Any, share: SessionShare) -> HttpResponse:
    if not _is_open(request, share):
        return redirect(request.share_path)
    content = freezing.shown(share.snapshot.content, share.shows)
    try:
        pages = printing.pdf(content, freezing.facts(share.snapshot, share.shows))
    except typesetting.TypesettingFailed:
        return render(request, "workspaces/shared/gone.html", {"is_busy": True}, status=503)
    _note(request, share, ShareView.What.TOOK)
    log.record("download", share, session=str(share.snapshot.session_id), sha256=share.snapshot.sha256)
    return file_answer(pages, printing.PDF, f"{slugify(content['title'])[:60]}.pdf")


def file_answer(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response

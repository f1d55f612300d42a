"""What leaves the firm: frozen, read by whom it is for, without what is left out, and accepted once."""

import io
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.utils import timezone
from docx import Document as WordDocument
from pypdf import PdfReader

from audit.models import AuditLog
from billing.models import UsageEvent
from clients.models import InformationRequest, Project
from organizations.mounts import root_url
from tests.cast import Cast, Firm, signed_in
from workspaces.models import SessionAcceptance, SessionShare, SessionSnapshot, SessionVersion, ShareView, Task
from workspaces.scoping import freezing
from workspaces.tests.test_scoping import save, stored

pytestmark = pytest.mark.django_db
PRICE = "1,522.50"


def share(firm: Firm, **values: Any) -> tuple[Any, str]:
    """The firm's answer, and the path a client opens."""
    form = {
        "name": "Rowan Pike", "shows": ["structuring", "sow", "loe", "prices"], "may_accept": "on",
        "expires_on": (timezone.localdate() + timedelta(days=9)).isoformat(), **values,
    }  # fmt: skip
    form = {name: value for name, value in form.items() if value is not None}
    answer = signed_in(firm.member).post(firm.url("scoping_sharing", scoping_id=firm.scoping.pk), form)
    found = answer.text.partition('id="share-link" value="')[2].partition('"')[0]
    return answer, "/" + found.split("/", 3)[3] if found else ""


def test_prices_that_are_left_out_never_leave_the_server(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    save(
        browser,
        ours,
        1,
        **{
            "sow.sections.scope.text": "All of it in 2026 for £1,500, or [[fee]].",
            "structuring.outcome": "Save £2,900 or CHF 2,901 or 2,902 euros.",
            "loe.lines.l1.title": "Interviews, 2,903 USD each",
        },
    )
    _, path = share(ours, shows=["structuring", "sow", "loe"], may_accept=None)
    page, pdf = Browser().get(path), Browser().get(f"{path}document.pdf")
    text = unescape(page.text) + "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "Interviews" in text and "10.5" in text and "(not shown)" in text
    assert "in 2026 for" in text, "A year is no price."
    for amount in (PRICE, "1,500", "2,900", "2,901", "2,902", "2,903", "145.00", "630.00"):
        assert amount not in text, f"{amount} left the server."
    _, whole = share(ours, may_accept=None)
    assert PRICE in Browser().get(whole).text
    assert "630.00" not in Browser().get(whole).text, "Our cost is nobody's business but ours."


def test_a_link_ends_and_needs_its_passcode_and_tells_who_came(cast: Cast) -> None:
    ours, client = cast.ours, Browser()
    _, path = share(ours, passcode="four red bricks")
    asked = client.get(path)
    assert "passcode" in asked.text and ours.scoping.title not in asked.text and PRICE not in asked.text
    assert client.get(f"{path}document.pdf").status_code == 302
    client.post(f"{path}acceptance/", {"name": "Rowan Pike", "consent": "on"})
    for _ in range(5):
        assert client.post(f"{path}passcode/", {"passcode": "wrong"}).status_code == 422
    right = client.post(f"{path}passcode/", {"passcode": "four red bricks"})
    assert right.status_code == 422 and "Too many wrong passcodes" in right.text
    with ours.inside():
        made = SessionShare.objects.latest("created_at")
        assert not SessionAcceptance.objects.filter(share=made).exists(), "Nobody accepts what they may not read."
        assert b"bricks" not in bytes(made.passcode_hash)
        SessionShare.objects.filter(pk=made.pk).update(locked_until=timezone.now())
    assert client.post(f"{path}passcode/", {"passcode": "four red bricks"}).status_code == 302
    assert PRICE in client.get(path).text
    with ours.inside():
        seen = list(ShareView.objects.filter(share=made).order_by("created_at").values_list("what", flat=True))
    assert seen == ["refused"] * 6 + ["opened"]

    firm = signed_in(ours.member)
    firm.post(ours.url("scoping_share_end", scoping_id=ours.scoping.pk, share_id=made.pk))
    assert client.get(path).status_code == 404
    assert (
        client.get(root_url("shared_scope", firm_id=cast.theirs.organization.pk, secret=path.split("/")[3])).status_code
        == 404
    )
    assert client.get(root_url("shared_scope", firm_id=ours.organization.pk, secret="nothing")).status_code == 404


def test_what_was_frozen_cannot_be_changed_and_says_so(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    share(ours)
    share(ours)
    history = browser.get(ours.url("scoping_history", scoping_id=ours.scoping.pk)).text
    assert "Shared with client" in history.split('id="versions-h"')[1]
    with ours.inside():
        snapshot = SessionSnapshot.objects.latest("number")
        assert snapshot.number == ours.snapshot.number, "Nothing has changed, so there is nothing new to freeze."
        assert freezing.digest(snapshot.content) == snapshot.sha256
        with pytest.raises(DatabaseError), transaction.atomic():
            SessionSnapshot.objects.filter(pk=snapshot.pk).update(content={})
        assert AuditLog.objects.filter(action="share").exists()
    save(browser, ours, 1, **{"loe.lines.l1.role": "Astronaut"})
    refused, path = share(ours)
    assert refused.status_code == 422 and "no rate for Astronaut" in refused.text and not path
    with ours.inside():
        kept = SessionVersion.objects.filter(session=ours.scoping).order_by("number").values_list("number", flat=True)
        assert list(kept) == [1, 2], "What was sent stays in the history, however soon its writer goes on."
    blind, _ = share(ours, shows=["sow"])
    assert "has to see the statement of work" in blind.text


def test_acceptance_makes_the_work_once_and_a_change_only_what_is_new(cast: Cast) -> None:
    ours, client, browser = cast.ours, Browser(), signed_in(cast.ours.member)
    with ours.inside():
        SessionAcceptance.objects.all().delete()
    question = {"structuring.nodes.n1.kind": "question", "structuring.nodes.n1.text": "Which warehouse?"}
    save(browser, ours, 1, **question)
    _, path = share(ours)
    without = client.post(f"{path}acceptance/", {"name": "Rowan Pike"})
    assert without.status_code == 422 and "Check this to accept." in without.text and "Rowan Pike" in without.text
    for name in ("Rowan Pike", "Rowan Pike again"):
        assert client.post(f"{path}acceptance/", {"name": name, "consent": "on"}).status_code == 302
    assert "Rowan Pike accepted this" in client.get(path).text
    with ours.inside():
        accepted = SessionAcceptance.objects.get()
        project = Project.objects.get(name=ours.scoping.title)
        assert (accepted.name, accepted.project, accepted.ip) == ("Rowan Pike", project, "127.0.0.1")
        assert accepted.sha256 == accepted.snapshot.sha256
        assert [(t.title, t.estimate_minutes) for t in Task.objects.filter(project=project)] == [("Interviews", 630)]
        asked = InformationRequest.objects.filter(request_list=accepted.request_list)
        assert list(asked.values_list("title", "status")) == [("Which warehouse?", "draft")]

    save(browser, ours, stored(ours).version, **{"loe.lines.l1.likely": "20", "loe.lines.l1.high": "30"})
    form = {"version": stored(ours).version, "place": "loe.lines|l1|hours|p1", "new_id": "l2"}
    browser.post(ours.url("scoping_row_addition", scoping_id=ours.scoping.pk, part="loe"), form)
    new = {"loe.lines.l2.title": "Move the stock", "loe.lines.l2.role": "Senior", "loe.lines.l2.likely": "2"}
    save(browser, ours, stored(ours).version, **new)
    _, path = share(ours)
    order = browser.get(ours.url("scoping_snapshot", scoping_id=ours.scoping.pk, number=3)).text
    # 19.67 h × 145.00 + 2 h × 145.00 - 1,522.50
    assert "+£1,619.65" in order and "Line added" in order and "Move the stock" in order
    client.post(f"{path}acceptance/", {"name": "Rowan Pike", "consent": "on"})
    with ours.inside():
        titles = list(Task.objects.filter(project=project).order_by("number").values_list("title", flat=True))
        assert titles == ["Interviews", "Move the stock"], "What was accepted before has its task already."
        assert SessionAcceptance.objects.filter(project=project).count() == 2


def test_an_earlier_version_says_that_it_is_one_and_is_not_accepted_after_a_later(cast: Cast) -> None:
    ours, client, browser = cast.ours, Browser(), signed_in(cast.ours.member)
    with ours.inside():
        SessionAcceptance.objects.all().delete()
    _, old = share(ours)
    save(browser, ours, 1, **{"loe.lines.l1.likely": "20", "loe.lines.l1.high": "30"})
    _, new = share(ours)
    assert "There is a newer version" in client.get(old).text and "There is a newer" not in client.get(new).text
    signing = {"name": "Rowan Pike", "consent": "on"}
    assert client.post(f"{new}acceptance/", signing).status_code == 302
    late = client.get(old).text
    assert "A later version was accepted" in late and "Accept statement of work" not in late
    assert client.post(f"{old}acceptance/", signing).status_code == 302
    with ours.inside():
        assert SessionAcceptance.objects.count() == 1
    log = browser.get(ours.url("scoping_share_log", scoping_id=ours.scoping.pk)).text
    assert "Accepted from 127.0.0.1" in log and "Rowan Pike" in log


def test_the_session_is_taken_along_as_pages_and_as_a_word_file(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    for _ in range(2):
        pages = browser.get(ours.url("scoping_pdf", scoping_id=ours.scoping.pk))
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(pages.content)).pages)
    assert "Interviews" in text and PRICE in text and "One stock figure" in text
    with ours.inside():
        counted = UsageEvent.objects.filter(event_type="pdf_export", session_uuid=ours.scoping.pk)
        assert counted.count() == 1, "The same version is counted once."
    word = WordDocument(io.BytesIO(browser.get(ours.url("scoping_word", scoping_id=ours.scoping.pk)).content))
    assert "Background" in "".join(one.text for one in word.paragraphs)
    assert [cell.text for cell in word.tables[0].rows[2].cells] == ["Interviews", "Senior", "10.50", f"£{PRICE}"]

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
from organizations.mounts import root_url
from tests.cast import Cast, Firm, signed_in
from workspaces.models import (
    SessionAcceptance,
    SessionShare,
    SessionSnapshot,
    SessionVersion,
    ShareView,
)
from workspaces.scoping import freezing
from workspaces.tests.test_scoping import page, save, stored

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
            "sow.sections.scope.text": "All of it in 2026 for £1,500, or [[fee]], which is 1522.5 in all, **£**2,904 or\n"
            "| Work | EUR |\n| --- | --- |\n| All | 1,522.50 |\n| Half | **2,905** EUR |\n| Less | 2,906 | 12 h |",
            "structuring.outcome": "Save £2,900 or CHF 2,901 or 2,902 euros.",
            "loe.lines.l1.title": "Interviews, 2,903 USD each",
        },
    )
    _, path = share(ours, shows=["structuring", "sow", "loe"], may_accept=None)
    page, pdf = Browser().get(path), Browser().get(f"{path}document.pdf")
    text = unescape(page.text) + "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "Interviews" in text and "10.5" in text and "(not shown)" in text
    assert "in 2026 for" in text, "A year is no price."
    for amount in (
        PRICE,
        "1522.5",
        "1,500",
        "2,900",
        "2,901",
        "2,902",
        "2,903",
        "2,904",
        "2,905",
        "2,906",
        "145.00",
        "630.00",
    ):
        assert amount not in text, f"{amount} left the server."
    with ours.inside():
        frozen = SessionSnapshot.objects.latest("number")
    assert text.count(freezing.digest(page.context["content"])) == 2 and frozen.sha256 not in text, (
        "Whoever has the hash of the whole can try prices until one fits."
    )
    _, whole = share(ours, may_accept=None)
    shown = Browser().get(whole).text
    assert PRICE in shown and frozen.sha256 in shown and "<strong>2,905</strong> EUR" in shown
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
    assert PRICE in client.get(path).text and client.get(f"{path}document.pdf").status_code == 200
    with ours.inside():
        assert AuditLog.objects.get(action="download").context["share"] == str(made.pk)
        seen = list(ShareView.objects.filter(share=made).order_by("created_at").values_list("what", flat=True))
    assert seen == ["refused"] * 6 + ["opened", "took"]

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
    assert "Version 1<" in browser.get(ours.url("scoping_snapshots", scoping_id=ours.scoping.pk)).text
    save(browser, ours, 1, **{"loe.lines.l1.role": "Astronaut"})
    refused, path = share(ours)
    assert refused.status_code == 422 and "no rate for Astronaut" in refused.text and not path
    with ours.inside():
        kept = SessionVersion.objects.filter(session=ours.scoping).order_by("number").values_list("number", flat=True)
        assert list(kept) == [1, 2], "What was sent stays in the history, however soon its writer goes on."
    blind, _ = share(ours, shows=["sow"])
    assert "has to see the statement of work" in blind.text


def test_the_session_is_taken_along_as_pages_and_as_a_word_file(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    save(browser, ours, 1, **{"structuring.outcome": "One\x0bsys\x02tem."})  # as from a slide, or a PDF
    assert stored(ours).session_objects["outcome"] == "One\nsystem."
    for _ in range(2):
        pages = browser.get(ours.url("scoping_pdf", scoping_id=ours.scoping.pk))
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(pages.content)).pages)
    assert "Interviews" in text and PRICE in text and "One stock figure" in text
    with ours.inside():
        counted = UsageEvent.objects.filter(event_type="pdf_export", session_uuid=ours.scoping.pk)
        assert counted.count() == 1, "The same version is counted once."
    reader = signed_in(ours.viewer).get(page(ours))
    assert "document.docx" in reader.text and "data-document" not in reader.text, "Who only reads takes it along, too."
    word = WordDocument(io.BytesIO(browser.get(ours.url("scoping_word", scoping_id=ours.scoping.pk)).content))
    assert "Background" in "".join(one.text for one in word.paragraphs)
    assert [cell.text for cell in word.tables[0].rows[2].cells] == ["Interviews", "Senior", "10.50", f"£{PRICE}"]

"""Pictures of a session: nothing a picture does not need is kept, and clients see them only with words beside them."""

import base64
import io
import struct
import time
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone
from PIL import Image

from tests.cast import Cast, Firm, signed_in
from workspaces.models import ScopingSession, SessionPicture
from workspaces.scoping import pictures, svg
from workspaces.tests.test_scoping import save, stored

EVIL = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 90 40" width="100%"
 onload="alert(1)" style="max-width:90px;background:url(https://evil.example/x);fill:red"><script>alert(1)</script>
<style>@import url(https://evil.example/a.css); @keyframes x { from { fill: red } to { fill: blue } }
#drawn .node{fill:#eee;stroke:url(//evil.example);stroke-width:1px} a{behavior:url(x)}</style>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="https://evil.example"/></body></foreignObject>
<image href="https://evil.example/track.png"/><use xlink:href="//evil.example/#x"/><a href="javascript:alert(1)"><text>Away</text></a>
<animate attributeName="href" to="javascript:alert(1)"/><path d="M0 0h9" marker-end="url(#arrow)" fill="url(https://evil.example)"/>
<text x="4" font-family="Helvetica, sans-serif" onclick="alert(1)">Fee £4,200 &lt;script&gt;</text></svg>"""


def picture_url(firm: Firm, name: str, row: str = "v1") -> str:
    return firm.url(name, scoping_id=firm.scoping.pk, row=row)


def png(width: int, height: int, rest: bytes = b"") -> bytes:
    """A head that is right, and nothing that is."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"")[:4]
    chunks = [
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in (head, data)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + rest


def test_a_picture_keeps_shapes_and_words_and_nothing_else() -> None:
    kept = svg.sanitised(EVIL)
    for word in (
        "evil",
        "alert",
        "script>alert",
        "onload",
        "onclick",
        "href",
        "foreignObject",
        "image",
        "import",
        "behavior",
    ):
        assert word not in kept, word
    assert 'marker-end="url(#arrow)"' in kept and "Fee £4,200 &lt;script&gt;" in kept and 'width="90"' in kept
    assert "#drawn .node{fill:#eee;stroke-width:1px}" in kept and 'style="fill:red"' in kept
    assert svg.sanitised(kept) == kept
    for text in (
        "", "<p/>", "<svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "<svg viewBox='0 0 9 9'>\ud800</svg>",
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg viewBox='0 0 9 9'>&a;</svg>", "<?xml-stylesheet href='x'?><svg viewBox='0 0 9 9'/>",
        f"<svg viewBox='0 0 9 9'><desc>{'x' * svg.LARGEST}</desc></svg>", "<svg viewBox='0 0 9e9 9'/>" * 2,
        f"<svg xmlns='{svg.SVG}' viewBox='0 0 9 9'>{'<g>' * 3000}{'</g>' * 3000}</svg>",
    ):  # fmt: skip
        with pytest.raises(svg.NoPicture):
            svg.sanitised(text)


def test_the_looks_of_a_drawing_are_read_at_once() -> None:
    begun = time.monotonic()
    for looks in ("a" * 100_000, "@" * 100_000, "/*" * 50_000, "@a{" + "b{c}" * 20_000):
        svg.sanitised(f"<svg xmlns='{svg.SVG}' viewBox='0 0 9 9'><style>{looks}</style></svg>")
    assert time.monotonic() - begun < 4
    assert svg._css("@media x{a{fill:red}} @import 'y'; b{fill:red} /* c{fill:red}") == "b{fill:red}"


@pytest.mark.django_db
def test_a_drawing_goes_where_the_session_goes_and_says_no_price(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    text = "flowchart LR\n  Stock --> Ledger"
    typed = {"version": 1, "at.visuals.pictures.v1.text": text, "at.visuals.pictures.v1.alt": ""}
    browser.post(ours.url("scoping_saving", scoping_id=ours.scoping.pk, part="visuals"), typed)
    refused = browser.post(picture_url(ours, "scoping_picture_drawing"), {"text": text, "svg": "<p/>"})
    assert (refused.status_code, refused.json()) == (422, {"problem": "That is no SVG picture we can keep."})
    drawing = {"text": text, "svg": EVIL, "replaces_upload": "1"}
    kept = browser.post(picture_url(ours, "scoping_picture_drawing"), drawing)
    assert b"evil" not in base64.b64decode(kept.json()["picture"].partition(",")[2])
    shown = browser.get(picture_url(ours, "scoping_picture"))
    assert shown["Content-Type"] == "image/svg+xml" and "sandbox" in shown["Content-Security-Policy"]
    assert (
        browser.post(picture_url(ours, "scoping_picture_drawing", "none"), {"text": text, "svg": EVIL}).status_code
        == 404
    )

    later = str(timezone.localdate() + timedelta(days=9))
    form: dict[str, Any] = {"name": "Ana", "shows": ["sow", "loe", "visuals"], "expires_on": later}
    sharing = ours.url("scoping_sharing", scoping_id=ours.scoping.pk)
    assert "is not told in words, for who cannot see it" in browser.post(sharing, form).text
    browser.post(
        ours.url("scoping_saving", scoping_id=ours.scoping.pk, part="visuals"),
        {"version": 9, "at.visuals.pictures.v1.alt": "Stock goes to the ledger for £4,200"},
    )
    link = browser.post(sharing, form).context["link"]
    client = Browser().get("/" + link.split("/", 3)[3])
    assert 'alt="Stock goes to the ledger for (not shown)"' in client.text
    drawn = base64.b64decode(client.text.partition("data:image/svg+xml;base64,")[2].partition('"')[0]).decode()
    assert "£4,200" not in drawn and "(not shown)" in drawn
    paper = browser.get(ours.url("scoping_pdf", scoping_id=ours.scoping.pk)).content
    assert paper.startswith(b"%PDF") and b"IBMPlexSans" in paper, (
        "On paper a drawing has the letters it has on the page."
    )
    browser.post(ours.url("scoping_copy", scoping_id=ours.scoping.pk))
    session = stored(ours)
    with ours.inside():
        copied = ScopingSession.objects.get(title__endswith="(copy)")
        one, other = pictures.of(session)["v1"], pictures.of(copied)["v1"]
        assert one.svg == other.svg and one.pk != other.pk and other.session_id == copied.pk


@pytest.mark.django_db
def test_an_upload_is_made_anew_and_goes_into_the_word_file(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    written = io.BytesIO()
    Image.new("RGB", (3000, 1500), "navy").save(written, "JPEG", comment=b"taken at home")
    file = SimpleUploadedFile("plan.jpg", written.getvalue(), "image/jpeg")
    told = browser.post(picture_url(ours, "scoping_picture_upload"), {"file-v1": file}, follow=True)
    assert "Picture kept." in told.text
    session = stored(ours)
    with ours.inside():
        made = pictures.of(session)["v1"]
    points = pictures.raster(made.svg)
    assert points and b"taken at home" not in points and Image.open(io.BytesIO(points)).size == (1600, 800)
    visuals = browser.get(ours.url("scoping_page", scoping_id=ours.scoping.pk, part="visuals")).text
    assert "data-is-uploaded" in visuals and "data-is-old" not in visuals, "Opening the page draws nothing over it."
    drawn = {"text": "flowchart LR", "svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'}
    asked = browser.post(picture_url(ours, "scoping_picture_drawing"), drawn)
    assert (asked.status_code, asked.json()["is_uploaded"]) == (409, True), "Nor does typing, on a page opened before."
    word = browser.get(ours.url("scoping_word", scoping_id=ours.scoping.pk)).content
    assert b"word/media/image1" in word
    later = str(timezone.localdate() + timedelta(days=9))
    form: dict[str, Any] = {"name": "Ana", "shows": ["sow", "visuals"], "expires_on": later}
    sharing = ours.url("scoping_sharing", scoping_id=ours.scoping.pk)
    asked = browser.post(sharing, form)
    assert asked.status_code == 422 and f"nothing can be left out of “Stock of {ours.organization.slug}”" in asked.text
    assert browser.post(sharing, form | {"uploads_seen": "on"}).context["link"]
    assert browser.post(sharing, form | {"shows": ["sow"]}).context["link"], (
        "Without pictures there is nothing to look at."
    )
    for data, sentence in {
        png(9000, 9000): "The picture has too many points. Make it smaller first.",
        png(9, 9, b"what comes after the head"): "Choose a picture: PNG, JPEG, WebP or GIF.",
    }.items():
        with pytest.raises(svg.NoPicture, match=sentence):
            pictures.framed(data)
    wrong = SimpleUploadedFile("plan.svg", EVIL.encode(), "image/svg+xml")
    refused = browser.post(picture_url(ours, "scoping_picture_upload"), {"file-v1": wrong}, follow=True)
    assert "Choose a picture: PNG, JPEG, WebP or GIF." in refused.text
    assert stored(ours).document["visuals"]["pictures"][0]["picture"] == str(made.pk)


@pytest.mark.django_db
def test_each_version_shows_its_own_pictures(cast: Cast) -> None:
    ours, browser = cast.ours, signed_in(cast.ours.member)
    first, *others = (f'<svg xmlns="{svg.SVG}" viewBox="0 0 {size} 9" />' for size in (5, 6, 7))
    address = picture_url(ours, "scoping_picture_drawing")

    def draw(drawn: str) -> None:
        assert browser.post(address, {"text": "flowchart LR", "svg": drawn, "replaces_upload": "1"}).status_code == 200

    def shown() -> str:
        return browser.get(picture_url(ours, "scoping_picture")).text

    was = shown()
    draw(first)
    naming = ours.url("scoping_version_naming", scoping_id=ours.scoping.pk)
    browser.post(naming, {"name": "First drawing"})
    named = stored(ours).version
    for drawn in others:
        draw(drawn)
        draw(drawn)
    assert stored(ours).version == named + 2, "What is drawn alike is the same picture."
    with ours.inside():
        assert SessionPicture.objects.filter(session=ours.scoping).count() == 3, "What no version shows is gone."
    compared = browser.get(ours.url("scoping_version", scoping_id=ours.scoping.pk, number=named), {"with": "now"}).text
    assert "<ins>Another</ins> picture" in compared
    assert 'viewBox="0 0 7 9"' in shown()
    for number, drawn in ((named, 'viewBox="0 0 5 9"'), (1, was)):
        browser.post(ours.url("scoping_version_restoration", scoping_id=ours.scoping.pk, number=number))
        assert drawn in shown(), "A version that is put back brings the picture of then."
    wrong = save(browser, ours, 99, **{"visuals.pictures.v1.picture": "no picture"}).json()
    assert wrong["errors"] == {"visuals.pictures.v1.picture": "There is no such picture."}


@pytest.mark.django_db
def test_the_frame_that_draws_may_reach_nothing(cast: Cast) -> None:
    answer = signed_in(cast.ours.member).get(cast.ours.url("scoping_drawing_frame"))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox allow-scripts" in policy and "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy and answer["X-Frame-Options"] == "SAMEORIGIN"
    page = signed_in(cast.ours.member).get(
        cast.ours.url("scoping_page", scoping_id=cast.ours.scoping.pk, part="visuals")
    )
    assert 'sandbox="allow-scripts"' in page.text and "unsafe" not in page["Content-Security-Policy"]

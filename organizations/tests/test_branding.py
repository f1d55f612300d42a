"""The firm's logo, colour, address and billing."""

import io
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from PIL import Image

from organizations.models import Organization
from tests.cast import Cast, Firm, in_portal, signed_in
from tests.isolation.rows import as_owner
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_store(settings, tmp_path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "clients.storage.DocumentStorage", "OPTIONS": {"location": str(tmp_path)}}
    }


def image(kind: str = "PNG", size: tuple[int, int] = (300, 100)) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, "#6b2737").save(kept, kind)
    return kept.getvalue()


def upload(firm: Firm, content: bytes, name: str = "logo.png", by: str = "admin") -> Any:
    return signed_in(firm.members[by]).post(
        firm.url("firm_logo_change"), {"logo": SimpleUploadedFile(name, content)}, follow=True
    )


def kept(firm: Firm) -> Organization:
    with firm.inside():
        return Organization.objects.get()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_shown_in_shell_and_portal(cast: Cast, kind: str) -> None:
    content = image(kind, (1280, 480)) + b"<script>alert(1)</script>"
    page = upload(cast.ours, content, f"logo.{kind.lower()}")
    assert f'src="{cast.ours.url("firm_logo")}?v=' in page.text
    shown = signed_in(cast.ours.viewer).get(cast.ours.url("firm_logo"))
    assert shown["Content-Type"] == "image/png"
    assert b"script" not in shown.content
    assert Image.open(io.BytesIO(shown.content)).size == (640, 240)
    assert (
        f'src="{cast.ours.portal("portal_logo")}?v=' in in_portal(cast.ours).get(cast.ours.portal("portal_home")).text
    )
    assert in_portal(cast.ours).get(cast.ours.portal("portal_logo")).content == shown.content


SVG = b'<?xml version="1.0"?><SVG xmlns="http://www.w3.org/2000/svg"><script/></SVG>'


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (SVG, "logo.svg", "An SVG can hold programs"),
        (SVG, "logo.png", "An SVG can hold programs"),
        (b"GIF89a" + b"\0" * 40, "logo.png", "not a PNG, JPEG or WebP image"),
        (image()[:60], "logo.png", "not a PNG, JPEG or WebP image"),
        (image(size=(31, 200)), "logo.png", "31 by 200 pixels"),
        (image(size=(4001, 40)), "logo.png", "4001 by 40 pixels"),
        (b"x" * (2 * 1024 * 1024 + 1), "logo.png", "larger than 2 MB"),
    ],
    ids=["svg", "svg-as-png", "gif", "cut-off", "small", "large", "heavy"],
)
def test_what_is_no_logo_is_refused_with_a_reason(cast: Cast, content: bytes, name: str, sentence: str) -> None:
    page = upload(cast.ours, content, name)
    assert page.status_code == 422
    assert sentence in page.text
    assert kept(cast.ours).logo == ""


def test_only_who_manages_the_firm_changes_it(cast: Cast) -> None:
    assert upload(cast.ours, image(), by="member").status_code == 403
    for page in ("firm_logo_change", "firm_details"):
        assert signed_in(cast.ours.member).get(cast.ours.url(page)).status_code == 403
    assert signed_in(cast.ours.member).post(cast.ours.url("firm_logo_removal")).status_code == 403


def test_nobody_outside_gets_the_logo(cast: Cast) -> None:
    upload(cast.ours, image())
    url = cast.ours.url("firm_logo")
    assert signed_in(cast.theirs.owner).get(url).status_code == 404
    assert Browser().get(url).status_code == 302
    assert signed_in(cast.theirs.owner).get(cast.theirs.url("firm_logo")).status_code == 404


def test_a_key_that_names_another_firms_file_shows_nothing(cast: Cast) -> None:
    upload(cast.ours, image())
    key = kept(cast.ours).logo
    for stolen in (key, f"org/{cast.theirs.organization.pk}/brand/../../../{key}"):
        with cast.theirs.inside():
            Organization.objects.update(logo=stolen)
        assert signed_in(cast.theirs.owner).get(cast.theirs.url("firm_logo")).status_code == 404


def test_a_new_logo_replaces_the_file_and_removing_leaves_none(cast: Cast, django_capture_on_commit_callbacks) -> None:
    upload(cast.ours, image())
    first = kept(cast.ours).logo
    with django_capture_on_commit_callbacks(execute=True):
        upload(cast.ours, image("JPEG"))
    second = kept(cast.ours).logo
    assert (default_storage.exists(first), default_storage.exists(second)) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(cast.ours.owner).post(cast.ours.url("firm_logo_removal"))
    assert not default_storage.exists(second)
    assert signed_in(cast.ours.owner).get(cast.ours.url("firm_logo")).status_code == 404


def test_mails_carry_the_logo_inside(cast: Cast) -> None:
    upload(cast.ours, image())
    signed_in(cast.ours.admin).post(cast.ours.url("invitation_resend", invitation_id=cast.ours.invitation.pk))
    run_jobs()
    message = mail.outbox[0].message()
    (logo,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert (logo["Content-ID"], logo.get_content_disposition()) == ("<firm-logo@tickmark>", "inline")
    assert 'src="cid:firm-logo@tickmark"' in str(mail.outbox[0].alternatives[0][0])


def settings_form(cast: Cast, **changes: str) -> dict[str, Any]:
    form = signed_in(cast.ours.owner).get(cast.ours.url("firm_settings")).context["form"]
    return {name: form[name].value() for name in form.fields} | changes


def test_the_colour_is_tried_out_without_being_saved(cast: Cast) -> None:
    form = settings_form(cast, brand="#E0B000", preview="1")
    page = signed_in(cast.ours.owner).post(cast.ours.url("firm_settings"), form)
    assert page.status_code == 200
    assert "Black text on it reads well" in page.text
    assert "on white paper it is pale" in page.text
    assert "With the colour #e0b000, which is not saved yet." in page.text
    css = signed_in(cast.ours.owner).get(page.context["tried_css_url"])
    assert css.text == ":root{--tk-brand:#e0b000;--tk-on-brand:#000000}\n"
    assert kept(cast.ours).brand == "#1c3f68"


@pytest.mark.parametrize("tried", ["", "red", "6b2737}*{", "#6b2737"])
def test_what_is_no_colour_is_never_in_the_stylesheet(cast: Cast, tried: str) -> None:
    css = signed_in(cast.ours.owner).get(cast.ours.url("brand_css"), {"try": tried}).text
    assert css == ":root{--tk-brand:#1c3f68;--tk-on-brand:#ffffff}\n"


def test_address_and_billing_are_kept_and_the_tax_number_is_encrypted(cast: Cast) -> None:
    owner, url = signed_in(cast.ours.owner), cast.ours.url("firm_details")
    address = {
        "line1": "1 High Street",
        "city": "Leeds",
        "country": "United Kingdom",
        "billing_email": "bills@harcourt.example",
    }
    assert owner.post(url, {**address, "tax_number": "GB123456789"}).status_code == 302
    firm = kept(cast.ours)
    assert (firm.address["city"], firm.billing_email, firm.tax_id) == ("Leeds", "bills@harcourt.example", "GB123456789")
    ((stored,),) = as_owner("SELECT tax_id FROM organizations WHERE id = %s", firm.pk)
    assert "GB123456789" not in stored
    page = owner.get(url)
    assert "GB123456789" not in page.text
    assert "6789. Leave the field empty to keep it." in page.text
    owner.post(url, {**address, "tax_number": ""})
    assert kept(cast.ours).tax_id == "GB123456789"
    owner.post(url, {**address, "no_tax_number": "on"})
    assert kept(cast.ours).tax_id == ""
    assert owner.post(url, {**address, "billing_email": "no"}).status_code == 422

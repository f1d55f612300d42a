"""Who I am: what a person tells of themselves, and where it is honoured."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.test import override_settings
from PIL import Image

from accounts.models import User, UserProfile
from accounts.notifications import wants
from accounts.storage import personal_files
from clients.models import InformationRequest
from organizations.models import Membership, Organization
from tenancy.context import IDENTITY, acting_as, surface
from tests.cast import PASSWORD, Cast, Firm, signed_in

pytestmark = pytest.mark.django_db
PROFILE = "/accounts/profile/"


@pytest.fixture(autouse=True)
def people(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.STORAGES = {
        **settings.STORAGES,
        "people": {"BACKEND": "accounts.storage.PersonalStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    yield tmp_path


def shown(browser: Browser) -> dict[str, Any]:
    """What the form holds, as a browser would send it back."""
    form = browser.get(PROFILE).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def save(browser: Browser, **changes: Any) -> Any:
    return browser.post(PROFILE, {**shown(browser), **changes})


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 300), **options: Any) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", size, "#3a6").save(written, kind, **options)
    return SimpleUploadedFile("me.png", written.getvalue(), "image/png")


def account(person: Any) -> User:
    with surface(IDENTITY):
        return User.objects.get(pk=getattr(person, "user_id", person.pk))


def set_account(person: Any, **values: Any) -> None:
    with surface(IDENTITY):
        User.objects.filter(pk=getattr(person, "user_id", person.pk)).update(**values)


def stored(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


# --- the form ---------------------------------------------------------------------------------------------------


def test_a_person_fills_in_the_profile(cast: Cast) -> None:
    browser = signed_in(cast.stranger)
    answer = save(
        browser, full_name="Samira Stranger", first_name="Samira", last_name="Stranger", job_title="Auditor",
        phone="+44 20 7946 0000", bio="First line\nsecond line", timezone="America/New_York", locale="en-us",
    )  # fmt: skip
    assert answer.status_code == 302
    person = account(cast.stranger)
    assert (person.full_name, person.timezone, person.locale) == ("Samira Stranger", "America/New_York", "en-us")
    with acting_as(cast.stranger):
        mine = UserProfile.objects.get()
    assert (mine.job_title, mine.bio.splitlines()) == ("Auditor", ["First line", "second line"])
    page = browser.get(PROFILE).content.decode()
    assert "Profile saved" in page and 'value="Auditor"' in page


def test_a_new_name_reaches_the_firms(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        save(signed_in(cast.ours.member), full_name="Mary Newname")
    assert "Mary Newname" in signed_in(cast.ours.owner).get(cast.ours.url("member_list")).text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("full_name", "", "This field is required"),
        ("full_name", "Mary\u202eNewname", "hidden characters"),
        ("bio", "a\u202eb", "hidden characters"),
        ("phone", "1" * 41, "at most 40 characters"),
        ("timezone", "Mars/Olympus", "Select a valid choice"),
        ("locale", "tlh", "Select a valid choice"),
        ("picture", SimpleUploadedFile("me.png", b"<svg/>"), "not a JPEG, PNG or WebP picture"),
    ],
    ids=["no-name", "hidden", "hidden-bio", "long-phone", "zone", "locale", "picture"],
)
def test_what_cannot_be_kept_is_said_beside_the_field(cast: Cast, field: str, value: Any, sentence: str) -> None:
    answer = save(signed_in(cast.stranger), job_title="Typed just now", **{field: value})
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert "Typed just now" in answer.content.decode()
    assert account(cast.stranger).full_name == cast.stranger.full_name


def test_a_change_in_another_window_is_not_overwritten_unseen(cast: Cast) -> None:
    browser = signed_in(cast.stranger)
    opened = shown(browser)
    save(browser, job_title="From the other window")
    answer = browser.post(PROFILE, {**opened, "job_title": "From the old one"})
    assert answer.status_code == 409
    assert "changed in another window" in answer.content.decode() and "Job title" in answer.content.decode()
    again = {**opened, "job_title": "From the old one", "seen": answer.context["form"]["seen"].value()}
    assert browser.post(PROFILE, again).status_code == 302
    assert shown(browser)["job_title"] == "From the old one"


def test_nobody_fills_in_a_profile_without_signing_in(client: Browser, cast: Cast) -> None:
    assert client.get(PROFILE).url.startswith("/accounts/login/")


def test_the_profile_is_reached_from_the_account_menu_and_the_landing_page(cast: Cast) -> None:
    browser = signed_in(cast.ours.member)
    assert f'href="{PROFILE}"' in browser.get(cast.ours.url("today")).text
    assert f'href="{PROFILE}"' in browser.get("/firms/?choose").text


# --- the picture ------------------------------------------------------------------------------------------------


def with_picture(person: Membership, capture: Any, **options: Any) -> Browser:
    browser = signed_in(person)
    with capture(execute=True):
        assert save(browser, picture=picture(**options)).status_code == 302
    return browser


def member_of(firm: Firm, person: Membership) -> Membership:
    with firm.inside():
        return Membership.objects.get(pk=person.pk)


def picture_url(firm: Firm, person: Membership) -> str:
    name = member_of(firm, person).avatar.rpartition("/")[2].partition(".")[0]
    return firm.url("member_picture", member_id=person.pk, file=name or "none")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_cut_square_and_written_anew(
    cast: Cast, people: Path, django_capture_on_commit_callbacks: Any, kind: str
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Taken at home"
    browser = with_picture(cast.ours.member, django_capture_on_commit_callbacks, kind=kind, exif=exif)
    answer = browser.get(browser.get(PROFILE).context["picture_url"])
    content = b"".join(answer.streaming_content)
    assert Image.open(io.BytesIO(content)).size == (256, 256)
    assert answer["Content-Type"] == "image/webp" and b"Taken at home" not in content


def test_colleagues_see_the_picture_and_other_firms_do_not(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with_picture(cast.ours.member, django_capture_on_commit_callbacks)
    url = picture_url(cast.ours, cast.ours.member)
    colleague = signed_in(cast.ours.viewer)
    assert f'src="{url}"' in signed_in(cast.ours.owner).get(cast.ours.url("member_list")).text
    assert colleague.get(url).status_code == 200
    assert signed_in(cast.theirs.owner).get(url).status_code == 404
    assert signed_in(cast.theirs.owner).get(url.replace("/o/harcourt/", "/o/okafor/")).status_code == 404
    assert Browser().get(url).status_code == 302


def test_who_has_no_picture_has_initials(cast: Cast) -> None:
    assert "MH</span>" in signed_in(cast.ours.member).get(PROFILE).text
    assert signed_in(cast.ours.owner).get(picture_url(cast.ours, cast.ours.member)).status_code == 404


@pytest.mark.parametrize("change", ["another", "none"])
def test_the_old_picture_is_deleted(
    cast: Cast, people: Path, django_capture_on_commit_callbacks: Any, change: str
) -> None:
    browser = with_picture(cast.ours.member, django_capture_on_commit_callbacks)
    (old,) = stored(people)
    with django_capture_on_commit_callbacks(execute=True):
        save(browser, **({"picture": picture()} if change == "another" else {"without_picture": "on"}))
    assert old not in stored(people)
    assert bool(member_of(cast.ours, cast.ours.member).avatar) == (change == "another")


def test_a_picture_too_large_is_refused(cast: Cast) -> None:
    huge = SimpleUploadedFile("me.png", b"x" * (5 * 1024 * 1024 + 1))
    assert "larger than 5 MB" in save(signed_in(cast.stranger), picture=huge).text
    bomb = picture(size=(9000, 9000))
    assert save(signed_in(cast.stranger), picture=bomb).status_code == 422


def test_a_key_that_names_another_persons_file_opens_nothing(
    cast: Cast, people: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with_picture(cast.ours.member, django_capture_on_commit_callbacks)
    stolen = account(cast.ours.member).avatar
    set_account(cast.stranger, avatar=stolen)
    assert personal_files().exists(stolen)
    browser = signed_in(cast.stranger)
    assert browser.get(PROFILE).context["picture_url"] == ""
    name = stolen.rpartition("/")[2].partition(".")[0]
    assert browser.get(f"{PROFILE}picture/{name}/").status_code == 404


# --- where it is honoured ---------------------------------------------------------------------------------------


def late_evening(cast: Cast) -> str:
    """A request accepted at 23:30 in London, seen on its page."""
    with cast.ours.inside():
        moment = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)
        InformationRequest.objects.filter(pk=cast.ours.accepted.pk).update(
            reviewed_at=moment, submitted_at=moment, due_date=moment.date()
        )
    return cast.ours.url("request_detail", request_id=cast.ours.accepted.pk)


def test_moments_are_in_the_persons_zone_and_due_dates_in_the_firms(cast: Cast) -> None:
    url = late_evening(cast)
    assert "6 Mar 2026, 23:30" in signed_in(cast.ours.member).get(url).text
    set_account(cast.ours.member, timezone="Asia/Tokyo")
    page = signed_in(cast.ours.member).get(url).text
    assert "7 Mar 2026, 08:30" in page and "6 Mar" in page


def test_who_names_no_zone_has_the_firms(cast: Cast) -> None:
    url = late_evening(cast)
    with cast.ours.inside():
        Organization.objects.update(timezone="America/New_York")
    assert "6 Mar 2026, 18:30" in signed_in(cast.ours.member).get(url).text


def test_dates_are_written_as_in_the_persons_locale(cast: Cast) -> None:
    url = late_evening(cast)
    set_account(cast.ours.member, locale="en-us")
    assert "Mar 6, 2026, 11:30 PM" in signed_in(cast.ours.member).get(url).text
    set_account(cast.ours.member, locale="de")
    assert "6. Mar 2026, 23:30" in signed_in(cast.ours.member).get(url).text


def test_a_locale_nobody_offers_is_read_as_the_houses(cast: Cast) -> None:
    url = late_evening(cast)
    set_account(cast.ours.member, locale="tlh")
    assert "6 Mar 2026, 23:30" in signed_in(cast.ours.member).get(url).text


def test_a_mail_tells_its_moment_in_the_persons_zone(cast: Cast) -> None:
    set_account(cast.stranger, timezone="Asia/Tokyo", locale="en-us")
    new = "another horse and battery"
    with override_settings(LANGUAGE_CODE="en-gb"):
        signed_in(cast.stranger).post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new})
    assert " JST" in mail.outbox[-1].body and ("AM JST" in mail.outbox[-1].body or "PM JST" in mail.outbox[-1].body)


def test_the_mails_one_takes_are_kept(cast: Cast) -> None:
    browser = signed_in(cast.stranger)
    data = shown(browser)
    assert data.pop("mail_export_ready") is True
    browser.post(PROFILE, data)
    assert not wants(account(cast.stranger), "export_ready")
    set_account(cast.stranger, notification_settings={"of_an_app_to_come": False, "export_ready": False})
    save(browser, mail_export_ready="on")
    assert account(cast.stranger).notification_settings == {"of_an_app_to_come": False, "export_ready": True}

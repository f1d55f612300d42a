"""A copy of one's own data: made in the background, opened by oneself alone, gone after a week."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from accounts import exporting
from accounts.models import DataExport, TrustedDevice
from accounts.models.data_export import KEPT
from accounts.tests.test_profile import people, set_account, stored  # noqa: F401 (a fixture)
from accounts.tests.test_sign_in import enter
from organizations.models import Membership
from tenancy.context import IDENTITY, acting_as, surface
from tests.cast import Cast, signed_in
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
EXPORT = "/accounts/export/"


def made(person: Any) -> Browser:
    browser = signed_in(person)
    assert browser.post(EXPORT).status_code == 302
    run_jobs()
    return browser


def newest(person: Any) -> DataExport:
    with acting_as(getattr(person, "user_id", person.pk)):
        return DataExport.objects.latest("created_at")


def change(person: Any, **values: Any) -> None:
    with acting_as(getattr(person, "user_id", person.pk)):
        DataExport.objects.update(**values)


def file_url(person: Any) -> str:
    return f"{EXPORT}{newest(person).pk}/"


def opened(browser: Browser, person: Any) -> dict[str, Any]:
    answer = browser.get(file_url(person))
    assert answer["Content-Type"] == "application/zip" and "attachment" in answer["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "account.json: Your account" in archive.read("README.txt").decode()
    return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_the_export_holds_what_is_stored_about_the_person(cast: Cast, client: Browser) -> None:
    person = cast.ours.member
    with cast.ours.inside():
        Membership.objects.filter(pk=person.pk).update(joined_as="before@harcourt.example")
    enter(client, person)
    files = opened(made(person), person)
    assert files["account.json"][0]["email"] == person.email
    assert files["addresses.json"] == [{"email": person.email, "verified": True, "main": True}]
    [place] = files["memberships.json"]
    assert (place["firm"], place["joined_as"]) == ("Harcourt & Pell LLP", "before@harcourt.example")
    assert {line["action"] for line in files["sign_in_trail.json"]} >= {"login", "export_asked"}
    assert files["sessions.json"] and files["profile.json"] == []


def test_the_export_names_what_opens_the_account_and_never_what_it_opens_with(cast: Cast, client: Browser) -> None:
    person = cast.ours.access_token.member
    enter(client, person, "wrong")
    enter(client, person)
    with surface(IDENTITY):
        device = TrustedDevice.objects.create(
            user_id=person.user_id, token_hash=b"d" * 32, setup="x", user_agent="Firefox",
            expires_at=timezone.now() + timedelta(days=30),
        )  # fmt: skip
    files = opened(made(person), person)
    assert [line["action"] for line in files["sign_in_trail.json"]].count("login_failed") == 1
    assert files["trusted_devices.json"][0]["user_agent"] == device.user_agent
    [token] = files["access_tokens.json"]
    assert token["firm"] == cast.ours.organization.name and token["name"] == cast.ours.access_token.name
    assert "hash" not in json.dumps(files)


def test_the_export_holds_no_secret_and_nobody_else(cast: Cast) -> None:
    files = json.dumps(opened(made(cast.ours.member), cast.ours.member))
    for word in (
        'password"',
        'token"',
        "token_hash",
        "session_data",
        "salt",
        cast.ours.owner.email,
        "Okafor",
        "argon2",
    ):
        assert word not in files


def test_the_page_tells_how_far_it_is(cast: Cast) -> None:
    browser = signed_in(cast.stranger)
    browser.post(EXPORT)
    parts = len(exporting.PARTS)
    assert f"0 of {parts} parts collected" in browser.get(EXPORT).text
    change(cast.stranger, status="running", parts_done=2)
    part = browser.get(EXPORT, headers={"HX-Request": "true"}).text
    assert f"2 of {parts} parts collected" in part and "<h1" not in part
    change(cast.stranger, status="waiting")
    run_jobs()
    assert "Download" in browser.get(EXPORT).text


def test_a_mail_says_that_it_is_ready_unless_it_is_turned_off(cast: Cast) -> None:
    made(cast.stranger)
    assert mail.outbox[-1].to == [cast.stranger.email] and mail.outbox[-1].subject == "Your data is ready"
    before = len(mail.outbox)
    set_account(cast.ours.member, notification_settings={"export_ready": False})
    made(cast.ours.member)
    assert len(mail.outbox) == before and newest(cast.ours.member).status == "ready"


def test_only_the_signed_in_person_downloads_it(cast: Cast) -> None:
    made(cast.ours.member)
    url = file_url(cast.ours.member)
    assert signed_in(cast.ours.owner).get(url).status_code == 404
    assert Browser().get(url).status_code == 302


def test_a_row_that_names_another_persons_file_opens_nothing(cast: Cast) -> None:
    made(cast.ours.member)
    browser = made(cast.stranger)
    change(cast.stranger, storage_key=newest(cast.ours.member).storage_key)
    assert browser.get(file_url(cast.stranger)).status_code == 404


def test_one_a_day_and_one_at_a_time(cast: Cast) -> None:
    browser = signed_in(cast.stranger)
    browser.post(EXPORT)
    again = browser.post(EXPORT)
    assert again.status_code == 429 and "being made already" in again.text
    run_jobs()
    assert "one export a day" in browser.post(EXPORT).text
    change(cast.stranger, created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert browser.post(EXPORT).status_code == 302


def test_after_a_week_it_is_gone(cast: Cast, people: Path) -> None:  # noqa: F811
    browser = made(cast.stranger)
    assert len(stored(people)) == 1
    run_jobs(later=KEPT)
    assert stored(people) == [] and "Download" not in browser.get(EXPORT).text


def test_an_export_that_failed_says_so_and_can_be_asked_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(cast.stranger)
    browser.post(EXPORT)
    with monkeypatch.context() as broken:
        broken.setitem(exporting.PARTS, "profile", ("Your profile", lambda person: 1 / 0))
        with pytest.raises(ZeroDivisionError):
            run_jobs()
    assert "This did not work" in browser.get(EXPORT).text
    assert browser.post(EXPORT).status_code == 302


def test_an_export_whose_worker_died_is_made_by_the_next(cast: Cast) -> None:
    browser = signed_in(cast.stranger)
    browser.post(EXPORT)
    change(cast.stranger, status="running", parts_done=2)
    run_jobs()
    assert newest(cast.stranger).status == "ready"
    assert "account.json" in opened(browser, cast.stranger)


def test_a_deleted_person_gets_no_export(cast: Cast) -> None:
    signed_in(cast.stranger).post(EXPORT)
    set_account(cast.stranger, status="suspended")
    run_jobs()
    assert newest(cast.stranger).status == "waiting" and not mail.outbox

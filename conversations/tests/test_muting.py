"""What somebody wants to hear no more, on the page and by one click in the mail."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from conversations import mutes
from conversations.models import (
    NotificationMute,
    NotificationPreference,
)
from conversations.subjects import Scope
from conversations.tests.telling import say, told, unsubscribe_address
from tests.cast import Cast
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_a_muted_request_is_silent_but_for_mentions(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.ours.member)
    browser.post(cast.ours.url("mute_change", kind="request", subject_id=cast.ours.pending.pk), {"mute": "on"})
    say(cast, "Silent")
    assert told(cast) == []
    say(cast, "Loud, @Member Harcourt")
    assert told(cast) == [("mentioned", "mentioned")]
    browser.post(cast.ours.url("mute_change", kind="request", subject_id=cast.ours.pending.pk), {"mute": "off"})
    say(cast, "Heard again")
    assert len(told(cast)) == 2


def test_a_muted_project_silences_its_requests(cast: Cast) -> None:
    with cast.ours.inside():
        mutes.mute(cast.ours.member, Scope("project", cast.ours.project.pk, "Audit"))
    say(cast, "Silent")
    assert told(cast) == []


def test_one_click_in_the_mail_program_mutes_without_a_page_or_a_session(cast: Cast) -> None:
    say(cast, "@Member Harcourt")
    run_jobs()
    address, stranger = unsubscribe_address(mail.outbox[0]), Browser(enforce_csrf_checks=True)
    assert stranger.get(address).status_code == 200
    with cast.ours.inside():
        assert not NotificationMute.objects.filter(member=cast.ours.member).exists()
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with cast.ours.inside():
        assert NotificationMute.objects.get(member=cast.ours.member).scope_id == cast.ours.pending.pk
    assert stranger.get(f"{address[:-4]}/").status_code == 404


def test_the_settings_are_kept(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.ours.member), cast.ours.url("notification_settings")
    page = browser.get(address)
    sent = {name: field.initial for name, field in page.context["form"].fields.items() if field.initial}
    browser.post(address, sent | {"mentioned-mail": "weekly"})
    with cast.ours.inside():
        wishes = NotificationPreference.objects.filter(member=cast.ours.member, event="mentioned")
        assert wishes.get().mail == "weekly"
    assert browser.post(address, {"mentioned-mail": "hourly"}).status_code == 422

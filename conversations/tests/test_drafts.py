"""What is typed and not sent is kept on the server, for whoever types it."""

from typing import Any

import pytest
from uuid_utils.compat import uuid7

from conversations.models import ThreadReader
from conversations.models.comment import LONGEST
from conversations.tests.test_threads import talk_url, texts
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_draft_is_kept_for_its_writer_alone(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.ours.member)
    sent = {"body": "Half a thou", "audience": "client"}
    assert browser.post(talk_url(cast, cast.ours.pending, "draft_save"), sent).status_code == 204
    address = cast.ours.url("request_detail", request_id=cast.ours.pending.pk)
    assert "Half a thou" in texts(browser.get(address))
    assert "Half a thou" not in texts(sign_in(cast.ours.owner).get(address))
    browser.post(talk_url(cast, cast.ours.pending), {"body": "Half a thought", "audience": "client"})
    with cast.ours.inside():
        assert not ThreadReader.objects.exclude(draft="").exists()


def test_a_draft_that_comes_after_its_message_is_not_kept(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.ours.member), talk_url(cast, cast.ours.pending, "draft_save")
    typed = {"body": "All of it", "audience": "client", "submission": str(uuid7())}
    browser.post(talk_url(cast, cast.ours.pending), typed)
    assert browser.post(address, {**typed, "body": "All of"}).status_code == 409
    with cast.ours.inside():
        assert not ThreadReader.objects.exclude(draft="").exists()
    for other in (str(uuid7()), "no number"):  # of the next message
        assert browser.post(address, {**typed, "body": f"Next {other}", "submission": other}).status_code == 204
        with cast.ours.inside():
            assert ThreadReader.objects.exclude(draft="").get().draft == f"Next {other}"


def test_of_a_draft_too_long_to_be_kept_the_browser_keeps_the_whole(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.ours.member), talk_url(cast, cast.ours.pending, "draft_save")
    assert browser.post(address, {"body": "x" * (LONGEST + 1), "audience": "client"}).status_code == 409
    with cast.ours.inside():
        assert ThreadReader.objects.exclude(draft="").get().draft == "x" * LONGEST

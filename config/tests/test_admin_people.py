"""What operators do to accounts and their sessions."""

import pytest

from accounts import ending_sessions
from accounts.models import User, UserSession
from accounts.session_store import token_hash
from audit.models import PlatformAuditLog
from config.tests.operators import as_operator, change_url, logged
from tenancy.context import IDENTITY, surface

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])


def test_an_operator_suspends_and_reactivates_a_person(operator, cast, sign_in):
    browser = sign_in(cast.stranger)
    assert operator.post(change_url(cast.stranger), {"status": "suspended"}).status_code == 302
    assert browser.get("/firms/").status_code == 302
    operator.post(change_url(cast.stranger), {"status": "active"})
    lines = as_operator(lambda: list(PlatformAuditLog.objects.filter(action="update").order_by("created_at")))
    assert [line.new_values for line in lines] == [
        {"status": "suspended", "before": {"status": "active"}},
        {"status": "active", "before": {"status": "suspended"}},
    ]
    assert {line.user_id for line in lines} == {cast.operator.pk}
    assert logged(cast.stranger) == [cast.operator.pk] * 2


def test_an_operator_changes_nothing_else_of_a_person(operator, cast):
    operator.post(change_url(cast.stranger), {"status": "active", "email": "x@y.example", "password": "x"})
    with surface(IDENTITY):
        assert User.objects.get(pk=cast.stranger.pk).email == cast.stranger.email


def test_deletion_is_no_status_to_choose(operator, cast):
    assert "Select a valid choice" in operator.post(change_url(cast.stranger), {"status": "deleted"}).content.decode()


def test_nobody_locks_themselves_out(operator, cast):
    assert operator.post(change_url(cast.operator), {"status": "suspended"}).status_code == 403


def test_a_suspended_person_is_signed_out_everywhere_and_stays_so(
    operator, cast, sign_in, django_capture_on_commit_callbacks
):
    browser = sign_in(cast.stranger)
    with django_capture_on_commit_callbacks(execute=True):
        operator.post(change_url(cast.stranger), {"status": "suspended"})
    operator.post(change_url(cast.stranger), {"status": "active"})
    assert browser.get("/firms/").status_code == 302


def test_an_operator_ends_one_session_or_all_of_a_person_and_it_is_on_record(operator, cast, sign_in, monkeypatch):
    told = []
    monkeypatch.setattr(ending_sessions, "on_ended", [told.append])
    phone, tablet, laptop = (sign_in(cast.stranger) for _ in range(3))
    with surface(IDENTITY):
        rows = UserSession.objects.in_bulk(
            [token_hash(browser.cookies["sessionid"].value) for browser in (phone, tablet)], field_name="token_hash"
        )
    first, second = rows.values()
    sessions = "/admin/accounts/activeusersession/"
    assert "End this session" in operator.get(f"{sessions}{first.pk}/change/").text
    assert operator.post(f"{sessions}{first.pk}/end/").status_code == 302
    chosen = {"action": "end_chosen", "_selected_action": [str(second.pk)]}
    assert "1 session ended" in operator.post(sessions, chosen, follow=True).text
    assert [browser.get("/firms/").status_code for browser in (phone, tablet, laptop)] == [302, 302, 200]
    assert "Sign out everywhere" in operator.get(change_url(cast.stranger)).text
    assert operator.post(change_url(cast.stranger).replace("change", "sign-out")).status_code == 302
    assert laptop.get("/firms/").status_code == 302 and operator.get(sessions).status_code == 200
    assert told == [cast.stranger.pk] * 3
    lines = as_operator(lambda: list(PlatformAuditLog.objects.filter(action__endswith="_by_operator")))
    assert {(line.action, line.resource_id, line.user_id) for line in lines} == {
        ("session_ended_by_operator", first.pk, cast.operator.pk),
        ("session_ended_by_operator", second.pk, cast.operator.pk),
        ("sessions_ended_by_operator", cast.stranger.pk, cast.operator.pk),
    }

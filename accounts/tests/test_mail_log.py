"""Operators can say whether a mail left, without reading it or its receiver's address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction

from accounts import mail_log
from accounts.models import MailLog
from organizations.jobs import send_invitation
from tenancy.context import OPERATOR, OWNER, all_tenants, surface
from tests.cast import Cast
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def real_backend(settings: Any) -> None:
    """The suite's own settings put mails aside before anybody logs them."""
    inner = {"inner": "django.core.mail.backends.locmem.EmailBackend"}
    settings.MAILERS = {"default": {"BACKEND": "accounts.mail_log.LoggedBackend", "OPTIONS": inner}}


def logged() -> list[tuple[Any, ...]]:
    with surface(OPERATOR):
        return list(
            MailLog.objects.order_by("-id").values_list("kind", "recipient", "organization_id", "outcome", "error")
        )


def test_a_firms_mail_is_found_by_its_whole_address_and_shows_none(cast: Cast, client: Any, sign_in: Any) -> None:
    firm, email = cast.ours.organization, cast.ours.invitation.email
    with cast.ours.inside():
        send_invitation.enqueue(invitation_id=cast.ours.invitation.pk)
    run_jobs()
    client.post("/accounts/password/reset/", {"email": cast.stranger.email})
    shown = f"n…@{email.partition('@')[2]}"
    assert logged()[1] == ("invitation", shown, firm.pk, "sent", "")
    assert logged()[0][0] == "password_reset_key" and logged()[0][2] is None
    operator = sign_in(cast.operator)
    page = operator.get("/admin/accounts/maillog/", {"q": email.upper()})
    assert shown in page.text and page.text.count("field-kind") == 1 and f"> {email}" not in page.text
    assert "field-kind" not in operator.get("/admin/accounts/maillog/", {"q": f"x{email}"}).text


def refuse(backend: Any, mails: Any) -> int:
    raise ConnectionRefusedError("the server of ana@northwind.example is away")


def test_a_mail_that_fails_is_told_although_its_job_is_undone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with pytest.raises(ConnectionRefusedError), cast.ours.inside():
        mail_log.described(EmailMessage("s", "b", to=["ana@northwind.example"]), "reminder").send()
    assert logged() == [
        ("reminder", "a…@northwind.example", cast.ours.organization.pk, "failed", "ConnectionRefusedError")
    ]


def test_a_job_with_a_transaction_of_its_own_tells_it_too_and_leaves_the_connection_as_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other tests lie in one transaction, which is undone in the end: theirs are savepoints."""

    def job() -> tuple[bool, int]:
        try:
            with pytest.raises(ConnectionRefusedError), cast.ours.inside():
                mail_log.described(EmailMessage("s", "b", to=["ana@northwind.example"]), "apart").send()
            is_begun = not connection.get_autocommit()
            with surface(OWNER), all_tenants(reason="test"), transaction.atomic():
                told, _ = MailLog.objects.filter(kind="apart").delete()
            return is_begun, told
        finally:
            connection.close()

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(job).result() == (False, 1)


def test_after_three_months_nothing_is_left_of_it(cast: Cast) -> None:
    EmailMessage("s", "b", to=["ana@northwind.example"]).send()
    mail_log.purge()
    assert len(logged()) == 1
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mail_log, "KEPT", timedelta(seconds=-1))
        mail_log.purge()
    assert logged() == []

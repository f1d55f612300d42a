"""Six digits by mail, for a device on which one does not read mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from portal.models import MagicLinkToken
from portal.secrets import code_hash
from portal.tests.browsers import PathBrowser, code_in, mails_to
from tests.cast import Cast, Firm
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
CODES = MagicLinkToken.Purpose.CODE


def mailed_code(firm: Firm) -> str:
    Browser().post(firm.portal("portal_code_request"))
    run_jobs()
    return code_in(mail.outbox[-1])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def enter(browser: Browser, firm: Firm, code: str, **extra: str):
    return browser.post(firm.portal("portal_code"), {"code": code, **extra})


def test_a_code_opens_the_portal_on_a_second_device(cast: Cast) -> None:
    code, phone = mailed_code(cast.ours), PathBrowser()
    assert enter(phone, cast.ours, code).url == cast.ours.portal("portal_home")
    assert phone.get(cast.ours.portal("portal_home")).status_code == 200


def test_a_code_leads_on_to_where_one_wanted_to_go(cast: Cast) -> None:
    path = f"requests/{cast.ours.pending.pk}/"
    assert enter(Browser(), cast.ours, mailed_code(cast.ours), next=path).url.endswith(path)


def test_a_code_may_be_typed_with_spaces(cast: Cast) -> None:
    code = mailed_code(cast.ours)
    assert enter(Browser(), cast.ours, f" {code[:3]} {code[3:]} ").status_code == 302


def test_a_code_works_once(cast: Cast) -> None:
    code = mailed_code(cast.ours)
    enter(Browser(), cast.ours, code)
    assert enter(Browser(), cast.ours, code).status_code == 422


def test_five_wrong_tries_end_the_code(cast: Cast) -> None:
    code = mailed_code(cast.ours)
    for _ in range(5):
        assert enter(Browser(), cast.ours, wrong(code)).status_code == 422
    assert enter(Browser(), cast.ours, code).status_code == 422


def test_four_wrong_tries_do_not(cast: Cast) -> None:
    code = mailed_code(cast.ours)
    for _ in range(4):
        enter(Browser(), cast.ours, wrong(code))
    assert enter(Browser(), cast.ours, code).status_code == 302


def test_an_old_code_does_not_work(cast: Cast) -> None:
    code = mailed_code(cast.ours)
    with cast.ours.inside():
        MagicLinkToken.objects.filter(purpose=CODES).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert enter(Browser(), cast.ours, code).status_code == 422


def test_a_new_code_replaces_the_one_before(cast: Cast) -> None:
    first, second = mailed_code(cast.ours), mailed_code(cast.ours)
    if first != second:
        assert enter(Browser(), cast.ours, first).status_code == 422
    assert enter(Browser(), cast.ours, second).status_code == 302


def test_another_contacts_code_does_not_work(cast: Cast) -> None:
    assert enter(Browser(), cast.theirs, mailed_code(cast.ours)).status_code == 422


def test_codes_are_mailed_five_times_an_hour(cast: Cast) -> None:
    for _ in range(7):
        Browser().post(cast.ours.portal("portal_code_request"))
    run_jobs()
    assert len(mails_to(cast.ours)) == 5


def test_the_code_itself_is_nowhere_in_the_database(cast: Cast) -> None:
    code = mailed_code(cast.ours)
    with cast.ours.inside():
        kept = bytes(MagicLinkToken.objects.get(purpose=CODES).token_hash)
    assert kept == code_hash(cast.ours.ana, code) and code.encode() not in kept


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1234567", "١٢٣٤٥٦", "\0" * 6, "1" * 999])
def test_what_is_no_code_gets_a_sentence_and_costs_no_try(cast: Cast, code: str) -> None:
    right = mailed_code(cast.ours)
    for _ in range(6):
        assert enter(Browser(), cast.ours, code).status_code == 422
    assert enter(Browser(), cast.ours, right).status_code == 302

"""Error pages are drawn in another thread than the view, with a connection that knows neither person nor firm.

And they name the reference under which the log has more.
"""

import logging
import re
from typing import Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver, set_urlconf
from django.views.defaults import page_not_found, permission_denied

from config.context_processors import notice
from config.logs import Reference
from organizations.models import Membership
from organizations.mounts import organization_url, root_url
from tenancy.context import audited
from tests.cast import Cast, in_portal, signed_in

pytestmark = pytest.mark.django_db


def inside(cast: Cast) -> Any:
    """A request that got as far as the firm, with nothing more read of its member than the middleware reads."""
    request: Any = RequestFactory().get(organization_url(cast.ours.organization.slug, "client_create"))
    request.surface = "organization"
    with cast.ours.inside():
        request.member = Membership.objects.select_related("organization").get(pk=cast.ours.member.pk)
    request.organization, request.urlconf = request.member.organization, "config.urls.organization"
    return request


@pytest.mark.parametrize(
    ("draw", "error", "words"),
    [
        (permission_denied, PermissionDenied(), "Not available in this firm"),
        (page_not_found, Http404(), "Error: "),
    ],
    ids=["403", "404"],
)
def test_they_ask_the_database_nothing(
    cast: Cast, django_assert_num_queries: Any, draw: Any, error: Exception, words: str
) -> None:
    request = inside(cast)
    notice(request)  # from a cache of the process, whoever asks first
    set_urlconf(request.urlconf)
    try:
        with django_assert_num_queries(0):
            page: HttpResponse = draw(request, error)
    finally:
        set_urlconf(None)
    assert words in page.content.decode()


def test_the_page_of_an_error_of_ours_says_where_the_log_has_it() -> None:
    request: Any = RequestFactory().get("/")
    request.id = "7f2c91a4b3d0"
    for urlconf in ("config.urls.root", "config.urls.organization"):
        page = get_resolver(urlconf).resolve_error_handler(500)(request)
        assert page.status_code == 500 and "7f2c91a4b3d0" in page.content.decode()
    record = logging.LogRecord("tickmark", logging.ERROR, "", 0, "It failed", None, None)
    with audited(request=request.id):
        assert Reference().filter(record)
    assert logging.Formatter(settings.LOGGING["formatters"]["line"]["format"], style="{").format(record).split()[-3:] == [
        "7f2c91a4b3d0", "It", "failed",
    ]  # fmt: skip


def test_an_address_that_only_takes_forms_leads_to_the_page_it_belongs_to(cast: Cast) -> None:
    """As somebody meets it who comes back to the address of a refused form."""
    ours, firm, portal = cast.ours, signed_in(cast.ours.member), in_portal(cast.ours)
    task, request = {"task_id": ours.task.pk}, {"request_id": ours.pending.pk}
    for browser, address, above in (
        (firm, ours.url("task_move", **task), ours.url("task_detail", **task)),
        (firm, ours.url("task_place", **task), ours.url("task_detail", **task)),
        (firm, root_url("account_device_end_others"), root_url("account_device_list")),
        (portal, ours.portal("portal_submission", **request), ours.portal("portal_request", **request)),
        (portal, ours.portal("portal_language"), ours.portal("portal_entry")),
    ):
        page = browser.get(address)
        assert page.status_code == 405 and page["Allow"] == "POST"
        link = re.search(r'href="(\.\./[./]*)"', page.text)
        assert "There is no page here" in page.text and link and urljoin(address, link[1]) == above
        assert browser.get(above, follow=True).status_code == 200


def test_programs_that_take_the_wrong_way_get_no_page(cast: Cast) -> None:
    address = cast.ours.url("task_move", task_id=cast.ours.task.pk)
    assert signed_in(cast.ours.member).get(address, headers={"Accept": "application/json"}).content == b""
    assert signed_in(cast.ours.member).put(address).content == b""

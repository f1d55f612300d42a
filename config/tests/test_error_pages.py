"""Error pages are drawn in another thread than the view, with a connection that knows neither person nor firm."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import set_urlconf
from django.views.defaults import page_not_found, permission_denied

from config.context_processors import notice
from organizations.models import Membership
from organizations.mounts import organization_url
from tests.cast import Cast

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
        (permission_denied, PermissionDenied(), "Not available to you here"),
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

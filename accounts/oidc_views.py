"""Off to a provider, and back. Whatever goes wrong between is a page with a sentence."""

from collections.abc import Callable

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.utils import get_request_param
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from accounts.oidc import Endpoint, refused


@login_not_required
@never_cache
@require_POST
def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return leave_for(request, provider_id, process="login")


def leave_for(request: HttpRequest, provider_id: str, *, process: str) -> HttpResponse:
    """Leads to the provider by a page of ours: a form may lead nowhere else under the content policy."""

    def leave(endpoint: Endpoint) -> HttpResponse:
        if get_request_param(request, "process", "login") != process:
            raise PermissionDenied
        leaving = OAuth2LoginView.adapter_view(endpoint)(request)
        if leaving.status_code != 302:
            return leaving
        context = {"provider": endpoint.get_provider(), "address": leaving.headers["Location"]}
        page = render(request, "account/oidc_leaving.html", context)
        page.headers["Refresh"] = f"0; url={context['address']}"
        return page

    return _answered(request, provider_id, leave)


@login_not_required
@never_cache
@require_GET
def oidc_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answered(request, provider_id, lambda endpoint: OAuth2CallbackView.adapter_view(endpoint)(request))


def _answered(request: HttpRequest, provider_id: str, go: Callable[[Endpoint], HttpResponse]) -> HttpResponse:
    endpoint = Endpoint(request, provider_id)
    try:
        provider = endpoint.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404("No such provider.") from None
    try:
        return go(endpoint)
    except RequestException as error:
        return refused(request, provider, "silent", status=503, because=error)
    except (OAuth2Error, IntegrityError, KeyError, TypeError, ValueError, AttributeError) as error:
        # A provider may answer anything at all.
        return refused(request, provider, because=error)

"""A firm's pages as an operator in support sees them, under `/admin/support/<slug>/`: to read, while the firm consents."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import policies
from accounts.middleware import finish
from audit.log import record
from organizations.models import Organization, SupportGrant
from organizations.mounts import root_url
from organizations.support import leaves_the_building, visitor
from tenancy.context import APP, OPERATOR, acting_as, alias_for, all_tenants, audited, current, tenant

logger = logging.getLogger(__name__)
NOT_ALLOWED = "42501"  # what PostgreSQL says to a role that lacks a right


class AskedAsTheApplication(Exception):
    """In support mode nothing is: where a page only reads, let the router choose its connection."""


@contextmanager
def _through_the_wall_alone() -> Iterator[None]:
    """Code that names the application's connection itself would read past the consent: it fails here instead."""
    if alias_for(APP) == alias_for(OPERATOR):
        yield
        return

    def refuse(*args: Any) -> Any:
        raise AskedAsTheApplication

    with connections[alias_for(APP)].execute_wrapper(refuse):
        yield


class SupportMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if getattr(request, "surface", "") != "support" or not request.user.is_authenticated:
            return self.get_response(request)  # every view here needs sign-in, so this leads there
        if not (request.user.is_active and request.user.is_operator):
            raise Http404("Not an operator.")
        if not policies.has_second_factor(request):
            return redirect(root_url("admin:index"))
        firm = self._firm(request)
        request.support_home = root_url("admin:organizations_organization_change", object_id=firm.pk)
        with tenant(firm, user=request.user.pk), timezone.override(firm.zone):
            request.support = SupportGrant.objects.in_force().filter(operator_id=request.user.pk).first()
            if request.support is None or firm.is_suspended:  # its owners could not end it
                return render(request, "organizations/support/no_consent.html", {"firm": firm}, status=403)
            with self._on_record(request), _through_the_wall_alone():
                response = self._page(request, firm)
        return self._refused(request, firm) if response is None else response

    @staticmethod
    def _firm(request: Any) -> Organization:
        with acting_as(request.user.pk), all_tenants(reason="support finds the firm it was asked into"):
            firm = Organization.objects.defer("tax_id").filter(slug=request.organization_slug).first()
        if firm is None:
            raise Http404("No such firm.")
        return firm

    @contextmanager
    def _on_record(self, request: Any) -> Any:
        with audited(support=request.support.pk, name=f"{request.support.operator_name}, operator in support"):
            yield

    def _page(self, request: Any, firm: Organization) -> HttpResponse | None:
        """None where nothing of the answer may go out, and nothing of what was done for it stays."""
        request.organization, request.firms = firm, []
        request.member = visitor(request.support, firm)
        response = self.get_response(request)
        page = getattr(request.resolver_match, "url_name", None) or ""
        if getattr(request, "is_refused", False) or (
            response.status_code < 400 and leaves_the_building(response, page)
        ):
            transaction.set_rollback(True, using=alias_for(current().surface))
            return None
        if response.status_code < 400 and request.method == "GET":
            record("support_view", firm, page=page, path=request.path_info)
        return finish(request, response)

    def _refused(self, request: Any, firm: Organization) -> HttpResponse:
        """In a transaction of its own, so that the firm reads of it although nothing else was kept."""
        with tenant(firm, user=request.user.pk), self._on_record(request):
            record("support_refused", firm, path=request.path_info, method=request.method)
            return render(request, "organizations/support/refused.html", status=403)

    def process_view(self, request: Any, *args: Any) -> HttpResponse | None:
        """Support looks; it sends no form."""
        if not getattr(request, "support", None) or request.method in ("GET", "HEAD"):
            return None
        request.is_refused = True
        return HttpResponse(status=403)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """A page that writes while it is read, which the role may not, is refused. Other errors stay errors."""
        if not getattr(request, "support", None):
            return None
        request.failed = True
        writes = isinstance(exception, DatabaseError) and getattr(exception.__cause__, "sqlstate", "") == NOT_ALLOWED
        if not writes and not isinstance(exception, AskedAsTheApplication):
            return None
        logger.warning("A page was refused to support while it was read.", exc_info=exception)
        request.is_refused = True
        return HttpResponse(status=403)

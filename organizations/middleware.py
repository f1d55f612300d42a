"""A firm's pages: one transaction that sees one firm, opened only for its active members."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.locales import reading
from accounts.middleware import finish
from organizations import access_tokens, narrowing
from organizations.addresses import moved
from organizations.lookups import Firm, my_organizations, organization_by_slug
from organizations.models import Membership
from organizations.sign_in_refusal import refusal
from organizations.standstill import closed_page
from tenancy.context import acting_as, audited, tenant


class OrganizationRequest(HttpRequest):
    """A request inside a firm. `member` is the signed-in person's membership, `member.organization` the firm."""

    member: Membership
    organization: Any
    firms: list[Firm]


class OrganizationMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if getattr(request, "surface", "") != "organization":
            return self.get_response(request)
        user_id = request.session.get(SESSION_KEY)
        if user_id is None:
            return self.get_response(request)  # every view here needs sign-in, so this leads there
        organization_id = organization_by_slug(request.organization_slug)
        if organization_id is None:
            if response := moved(request, user_id):
                return response
            raise self._not_here(request, user_id, "No such firm.")
        if request.is_api and request.session.organization_id not in (None, organization_id):
            raise Http404("This token was made for another firm.")
        with tenant(organization_id, user=user_id):
            request.member = self._member(request, user_id)
            request.organization = request.member.organization
            narrowing.narrow(request.member)
            if request.is_api:
                access_tokens.narrow(request.member, request.session)
            if settings.TENANCY_CITUS:
                # A cluster lets no other role, such as a look-up's, read what this transaction has written, and a page
                # that is only read may write too: that its notifications have been seen.
                request.firms = my_organizations()
            token = getattr(request.session, "token_id", None)  # a program's
            actor = audited(member=request.member.pk, name=request.member.display_name, token=token)
            with actor, timezone.override(request.organization.zone), reading(request.user):
                return finish(request, self.get_response(request))

    def _member(self, request: Any, user_id: str) -> Membership:
        member = Membership.objects.active().select_related("organization").filter(user_id=user_id).first()
        if member is None or not request.user.is_authenticated:
            raise self._not_here(request, user_id, "Not a member of this firm.")
        return member

    @staticmethod
    def _not_here(request: Any, user_id: str, words: str) -> Http404:
        """One page for every firm one is not in, whether there is such a firm or not; it names those one is in."""
        if not request.is_api:
            with acting_as(user_id):
                if request.user.is_authenticated:
                    request.firms = my_organizations()
        return Http404(words)

    def process_view(self, request: Any, *args: Any) -> HttpResponse | None:
        """A firm that operators have suspended shows one page; the way out and to one's other firms stays open."""
        if not hasattr(request, "member") or request.surface != "organization":
            return None
        if request.organization.is_suspended:
            if request.is_api:
                raise PermissionDenied("Tickmark has closed this firm for now.")
            return closed_page(request)
        return refusal(request)

    def process_exception(self, request: Any, exception: Exception) -> None:
        """An error page is drawn in another thread, without a connection: what it tells of firms is read here."""
        request.failed = True
        if hasattr(request, "member") and not request.is_api and isinstance(exception, (Http404, PermissionDenied)):
            with suppress(DatabaseError):
                request.firms = my_organizations()

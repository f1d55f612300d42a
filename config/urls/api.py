"""What programs may ask inside a firm, under /api/v1/o/<slug>/."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from clients.views import client_api
from organizations import operations
from workspaces.api import drafts, pictures, sessions, shares, versions

api = NinjaAPI(
    title="Tickmark", version="1", urls_namespace="api", docs_url=None, openapi_url=None,
    description="What the programs of a firm may read and write: with a token, and never more than its person may.",
)  # fmt: skip
api.add_router("", client_api.router, tags=["Clients"])
api.add_router("", sessions.router, tags=["Scoping sessions"])
api.add_router("", versions.router, tags=["Versions"])
api.add_router("", shares.router, tags=["Shares"])
api.add_router("", pictures.router, tags=["Pictures"])
api.add_router("", drafts.router, tags=["Drafts"])
for kind, handler in {
    operations.Problem: operations.told,
    ValidationError: operations.malformed,
    HttpError: operations.unreadable,
    PermissionDenied: operations.forbidden,
    Http404: operations.not_found,
}.items():
    api.add_exception_handler(kind, handler)

# One pattern an address, named as its first operation; the library makes one an operation, and a root of its own.
by_address = {str(pattern.pattern): pattern for pattern in reversed(api.urls[0])}
urlpatterns = [pattern for address, pattern in by_address.items() if address]

handler400 = "config.views.api_errors.malformed"
handler403 = "config.views.api_errors.forbidden"
handler404 = "config.views.api_errors.not_found"
handler500 = "config.views.api_errors.failed"

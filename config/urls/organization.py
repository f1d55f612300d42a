"""A firm's pages, under /o/<slug>/."""

from django.urls import include, path

from config.views import api_docs

urlpatterns = [
    path("api/", api_docs.api_docs, name="api_docs"),
    path("api/openapi.json", api_docs.api_document, name="api_document"),
    path("", include("workspaces.urls")),
    path("", include("organizations.urls.firm")),
    path("", include("billing.urls_payment")),
    path("", include("clients.urls")),
    path("", include("conversations.urls")),
    path("", include("search.urls")),
    path("", include("portal.urls_staff")),
    path("", include("billing.urls")),
]
handler500 = "config.views.refused.failed"

"""A firm's pages, under /o/<slug>/."""

from django.urls import include, path

urlpatterns = [
    path("", include("workspaces.urls")),
    path("", include("organizations.urls.firm")),
    path("", include("clients.urls")),
    path("", include("conversations.urls")),
    path("", include("search.urls")),
    path("", include("portal.urls_staff")),
]

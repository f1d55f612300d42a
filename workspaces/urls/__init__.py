"""The today page, projects with tasks and time, and workpapers, inside a firm."""

from django.urls import include, path

urlpatterns = [
    path("", include("workspaces.urls.today")),
    path("", include("workspaces.urls.project")),
    path("", include("workspaces.urls.time")),
    path("", include("workspaces.urls.binder")),
    path("", include("workspaces.urls.ledger")),
    path("", include("workspaces.urls.workpaper")),
    path("", include("workspaces.urls.scoping")),
]

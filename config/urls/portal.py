"""What a client's contact sees, under /portal/<key>/."""

from django.urls import include, path

urlpatterns = [path("", include("portal.urls"))]
handler404 = "portal.views.errors.not_here"

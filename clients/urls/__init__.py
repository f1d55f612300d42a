"""Clients, requests and documents, inside a firm."""

from django.urls import include, path

urlpatterns = [
    path("", include("clients.urls.client")),
    path("", include("clients.urls.request")),
    path("", include("clients.urls.document")),
    path("", include("clients.urls.audit")),
]

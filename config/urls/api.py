"""What programs may ask inside a firm, under /api/v1/o/<slug>/."""

from django.urls import path

from clients.views import client_api

urlpatterns = [path("clients/", client_api.api_client_list, name="api_client_list")]

handler400 = "config.views.api_errors.malformed"
handler403 = "config.views.api_errors.forbidden"
handler404 = "config.views.api_errors.not_found"
handler500 = "config.views.api_errors.failed"

"""Everything outside firms and portals."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("", include("organizations.urls.person")),
    path("admin/", admin.site.urls),
    path("", include("config.urls.development")),
    path("", include("look.urls")),
    path("", include("marketing.urls")),
]

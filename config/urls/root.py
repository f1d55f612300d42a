"""Everything outside firms and portals."""

from django.contrib import admin
from django.urls import include, path

from accounts import tokens_views
from organizations.views import me_api

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("api/v1/tokens/", tokens_views.tokens, name="api_tokens"),
    path("api/v1/tokens/refresh/", tokens_views.token_refresh, name="api_token_refresh"),
    path("api/v1/me/", me_api.api_me, name="api_me"),
    path("", include("organizations.urls.person")),
    path("", include("conversations.urls_mail")),
    path("", include("workspaces.urls.shared")),
    path("", include("billing.urls_root")),
    path("admin/", admin.site.urls),
    path("", include("config.urls.development")),
    path("", include("look.urls")),
    path("", include("marketing.urls")),
]
handler404 = "config.views.refused.not_found"
handler429 = "config.views.refused.too_often"  # allauth looks here
handler500 = "config.views.refused.failed"

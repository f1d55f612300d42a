"""Sign-in pages. They run as the sign-in role; see config.middleware."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.account.urls"))]

from django.urls import path

from workspaces.views import today

urlpatterns = [
    path("", today.today, name="today"),
    path("requests/all/", today.today_requests, name="today_requests"),
]

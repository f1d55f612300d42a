from django.urls import path

from workspaces.views import my_work, today

urlpatterns = [
    path("", today.today, name="today"),
    path("work/", my_work.my_work, name="my_work"),
    path("requests/all/", today.today_requests, name="today_requests"),
]

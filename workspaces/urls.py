from django.urls import path

from workspaces.views import today

urlpatterns = [path("", today.today, name="today")]

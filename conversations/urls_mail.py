"""What links in mails lead to, outside the firms."""

from django.urls import path

from conversations.views import mute_link

urlpatterns = [path("mute/<str:token>/", mute_link.mute_link, name="mute_link")]

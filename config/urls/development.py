from django.conf import settings
from django.urls import path

from config.views import development, health

urlpatterns = [path("health/", health.health, name="health")]
if settings.DEBUG:
    urlpatterns += [
        path("dev/mail/", development.mail_list, name="dev_mail_list"),
        path("dev/mail/<str:name>/", development.mail_detail, name="dev_mail_detail"),
    ]

from django.conf import settings
from django.urls import path

from config.views import development, health

urlpatterns = [
    path("health/", health.health, name="health"),
    path("health/ready/", health.readiness, name="readiness"),
    path("metrics/", health.figures, name="metrics"),
]
if settings.DEBUG:
    urlpatterns += [
        path("dev/mail/", development.mail_list, name="dev_mail_list"),
        path("dev/mail/<str:name>/", development.mail_detail, name="dev_mail_detail"),
    ]

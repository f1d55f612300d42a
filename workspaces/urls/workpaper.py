from django.urls import path

from workspaces.views import workpaper

A_PAPER = "workpapers/papers/<uuid:workpaper_id>/"

urlpatterns = [path(A_PAPER, workpaper.workpaper_detail, name="workpaper_detail")]

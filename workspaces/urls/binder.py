from django.urls import path

from workspaces.views import binder

A_BINDER = "workpapers/<uuid:binder_id>/"

urlpatterns = [
    path("workpapers/", binder.binder_list, name="binder_list"),
    path("workpapers/new/", binder.binder_create, name="binder_create"),
    path(A_BINDER, binder.binder_detail, name="binder_detail"),
    path("clients/<uuid:client_id>/workpapers/", binder.client_workpapers, name="client_workpapers"),
]

"""What a person does with the own account. These run as the application's role, which sees that person's rows alone."""

from django.urls import path

from accounts import deletion_views, export_views, profile_views, trail_views

urlpatterns = [
    path("profile/", profile_views.profile, name="profile"),
    path("profile/picture/<str:file>/", profile_views.own_picture, name="own_picture"),
    path("second-factor/history/", trail_views.account_trail, name="account_trail"),
    path("export/", export_views.data_export, name="data_export"),
    path("export/<uuid:export_id>/", export_views.data_export_file, name="data_export_file"),
    path("deletion/", deletion_views.account_deletion, name="account_deletion"),
    path("deletion/done/", deletion_views.account_deleted, name="account_deleted"),
]

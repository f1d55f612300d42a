"""Pages of a person outside any firm."""

from django.urls import path

from organizations.views import acceptance, joining, landing

urlpatterns = [
    path("firms/", landing.firm_list, name="firm_list"),
    path("firms/new/", landing.firm_create, name="firm_create"),
    path("firms/joining/<uuid:organization_id>/", joining.firm_joining, name="firm_joining"),
    path("invitations/<str:token>/", acceptance.invitation_detail, name="invitation_detail"),
    path(
        "invitations/<uuid:invitation_id>/acceptance/", acceptance.invitation_acceptance, name="invitation_acceptance"
    ),
]

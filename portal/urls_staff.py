"""The firm's side of the portal, under /o/<slug>/."""

from django.urls import path

from portal.views import staff

urlpatterns = [
    path("contacts/<uuid:contact_id>/portal-link/", staff.portal_invitation_send, name="portal_invitation_send"),
    path(
        "contacts/<uuid:contact_id>/portal-revocation/", staff.portal_access_revocation, name="portal_access_revocation"
    ),
]

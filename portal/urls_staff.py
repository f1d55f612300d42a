"""The firm's side of the portal, under /o/<slug>/."""

from django.urls import path

from portal.views import staff

urlpatterns = [
    path("contacts/<uuid:contact_id>/portal/", staff.portal_access, name="portal_access"),
    path("portal-links/<uuid:portal_link_id>/revocation/", staff.portal_link_revocation, name="portal_link_revocation"),
    path(
        "portal-sessions/<uuid:session_id>/revocation/",
        staff.portal_session_revocation,
        name="portal_session_revocation",
    ),
    path("contacts/<uuid:contact_id>/portal-link/", staff.portal_invitation_send, name="portal_invitation_send"),
    path(
        "contacts/<uuid:contact_id>/portal-revocation/", staff.portal_access_revocation, name="portal_access_revocation"
    ),
]

"""The firm's own pages, under /o/<slug>/."""

from django.urls import path

from organizations.views import brand, firm, invitations, member_access, members, roles

urlpatterns = [
    path("brand.css", brand.brand_css, name="brand_css"),
    path("firm/", firm.firm_settings, name="firm_settings"),
    path("members/", members.member_list, name="member_list"),
    path("members/<uuid:member_id>/", member_access.member_detail, name="member_detail"),
    path("members/<uuid:member_id>/roles/", member_access.member_roles, name="member_roles"),
    path("members/<uuid:member_id>/overrides/", member_access.member_overrides, name="member_overrides"),
    path("members/<uuid:member_id>/role/", members.member_role, name="member_role"),
    path("members/<uuid:member_id>/suspension/", members.member_suspension, name="member_suspension"),
    path("members/<uuid:member_id>/removal/", members.member_removal, name="member_removal"),
    path("members/leaving/", members.member_leaving, name="member_leaving"),
    path("members/invitations/", invitations.invitation_list, name="invitation_list"),
    path("members/invitations/<uuid:invitation_id>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path(
        "members/invitations/<uuid:invitation_id>/revocation/",
        invitations.invitation_revocation,
        name="invitation_revocation",
    ),
    path("members/roles/", roles.role_matrix, name="role_matrix"),
    path("members/roles/new/", roles.role_create, name="role_create"),
    path("members/roles/export/", roles.role_export, name="role_export"),
    path("members/roles/<uuid:role_id>/edit/", roles.role_update, name="role_update"),
    path("members/roles/<uuid:role_id>/removal/", roles.role_removal, name="role_removal"),
]

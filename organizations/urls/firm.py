"""The firm's own pages, under /o/<slug>/."""

from django.urls import path

from organizations.views import brand, firm, invitations, members, roles, sign_in_policy

urlpatterns = [
    path("brand.css", brand.brand_css, name="brand_css"),
    path("firm/", firm.firm_settings, name="firm_settings"),
    path("firm/sign-in/", sign_in_policy.firm_sign_in_policy, name="firm_sign_in_policy"),
    path("members/", members.member_list, name="member_list"),
    path("members/<uuid:member_id>/picture/<str:file>/", members.member_picture, name="member_picture"),
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
]

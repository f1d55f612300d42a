"""The firm's own pages, under /o/<slug>/."""

from django.urls import path

from organizations.views import (
    brand,
    branding,
    domains,
    firm,
    invitations,
    joining,
    members,
    ownership,
    roles,
    sign_in_policy,
)

urlpatterns = [
    path("brand.css", brand.brand_css, name="brand_css"),
    path("firm/", firm.firm_settings, name="firm_settings"),
    path("firm/sign-in/", sign_in_policy.firm_sign_in_policy, name="firm_sign_in_policy"),
    path("firm/logo/", branding.firm_logo_change, name="firm_logo_change"),
    path("firm/logo/removal/", branding.firm_logo_removal, name="firm_logo_removal"),
    path("firm/details/", branding.firm_details, name="firm_details"),
    path("logo.png", branding.firm_logo, name="firm_logo"),
    path("members/", members.member_list, name="member_list"),
    path("members/<uuid:member_id>/picture/<str:file>/", members.member_picture, name="member_picture"),
    path("members/<uuid:member_id>/role/", members.member_role, name="member_role"),
    path("members/<uuid:member_id>/suspension/", members.member_suspension, name="member_suspension"),
    path("members/<uuid:member_id>/reinstatement/", members.member_reinstatement, name="member_reinstatement"),
    path("members/<uuid:member_id>/removal/", members.member_removal, name="member_removal"),
    path("members/<uuid:member_id>/approval/", joining.member_approval, name="member_approval"),
    path("members/<uuid:member_id>/refusal/", joining.member_refusal, name="member_refusal"),
    path("members/domains/", domains.domain_list, name="domain_list"),
    path("members/domains/<uuid:domain_id>/", domains.domain_detail, name="domain_detail"),
    path("members/domains/<uuid:domain_id>/check/", domains.domain_check, name="domain_check"),
    path("members/domains/<uuid:domain_id>/code/", domains.domain_code, name="domain_code"),
    path("members/domains/<uuid:domain_id>/code/entry/", domains.domain_code_entry, name="domain_code_entry"),
    path("members/domains/<uuid:domain_id>/removal/", domains.domain_removal, name="domain_removal"),
    path("members/ownership/", ownership.ownership_transfer, name="ownership_transfer"),
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

"""The portal's pages, under /portal/<key>/."""

from django.urls import path

from portal.views import (
    conversation,
    devices,
    entry,
    file,
    home,
    mails_off,
    many_files,
    people,
    preferences,
    receipt,
    request,
    upload,
)

urlpatterns = [
    path("", entry.portal_entry, name="portal_entry"),
    path("brand.css", home.portal_brand_css, name="portal_brand_css"),
    path("logo.png", home.portal_logo, name="portal_logo"),
    path("enter/<str:token>/", entry.portal_link, name="portal_link"),
    path("link/", entry.portal_link_request, name="portal_link_request"),
    path("code/", entry.portal_code, name="portal_code"),
    path("code/new/", entry.portal_code_request, name="portal_code_request"),
    path("sign-out/", entry.portal_sign_out, name="portal_sign_out"),
    path("mails/off/<str:token>/", mails_off.portal_mails_off, name="portal_mails_off"),
    path("devices/", devices.portal_devices, name="portal_devices"),
    path("devices/others/revocation/", devices.portal_other_devices_revocation, name="portal_other_devices_revocation"),
    path("devices/<uuid:session_id>/revocation/", devices.portal_device_revocation, name="portal_device_revocation"),
    path("preferences/", preferences.portal_preferences, name="portal_preferences"),
    path("language/", preferences.portal_language, name="portal_language"),
    path("people/", people.portal_people, name="portal_people"),
    path("people/new/", people.portal_colleague_create, name="portal_colleague_create"),
    path("people/sharing/", people.portal_sharing, name="portal_sharing"),
    path("requests/", home.portal_home, name="portal_home"),
    path("requests/<uuid:request_id>/", request.portal_request, name="portal_request"),
    path("requests/<uuid:request_id>/files/", request.portal_upload, name="portal_upload"),
    path(
        "requests/<uuid:request_id>/files/<uuid:version_id>/removal/",
        request.portal_upload_removal,
        name="portal_upload_removal",
    ),
    path("requests/<uuid:request_id>/uploads/", upload.portal_upload_begin, name="portal_upload_begin"),
    path("uploads/<uuid:upload_id>/pieces/", upload.portal_upload_piece, name="portal_upload_piece"),
    path("uploads/<uuid:upload_id>/completion/", upload.portal_upload_completion, name="portal_upload_completion"),
    path("lists/<uuid:list_id>/files/", many_files.portal_list_files, name="portal_list_files"),
    path("lists/<uuid:list_id>/uploads/", many_files.portal_list_files_begin, name="portal_list_files_begin"),
    path(
        "lists/<uuid:list_id>/files/matching/", many_files.portal_list_files_matching, name="portal_list_files_matching"
    ),
    path("requests/<uuid:request_id>/rows/", request.portal_rows, name="portal_rows"),
    path("requests/<uuid:request_id>/submission/", request.portal_submission, name="portal_submission"),
    path("requests/<uuid:request_id>/receipt/", receipt.portal_receipt, name="portal_receipt"),
    path("requests/<uuid:request_id>/receipt.txt", receipt.portal_receipt_text, name="portal_receipt_text"),
    path("receipt/", receipt.portal_receipts, name="portal_receipts"),
    path("receipt.txt", receipt.portal_receipts_text, name="portal_receipts_text"),
    path("<slug:kind>/<uuid:subject_id>/messages/", conversation.portal_conversation, name="portal_conversation"),
    path("<slug:kind>/<uuid:subject_id>/messages/new/", conversation.portal_comment, name="portal_comment"),
    path("<slug:kind>/<uuid:subject_id>/messages/draft/", conversation.portal_draft, name="portal_draft"),
    path("files/<uuid:version_id>/", file.portal_download, name="portal_download"),
]

from django.urls import path

from clients.views import document, document_detail, document_upload, list_files
from clients.views import evidence as evidence_views

A_DOCUMENT, A_CLIENT, A_LIST = "documents/<uuid:document_id>/", "clients/<uuid:client_id>/", "requests/<uuid:list_id>/"
AN_UPLOAD = "uploads/<uuid:upload_id>/"

urlpatterns = [
    path("documents/", document.document_search, name="document_search"),
    path(A_DOCUMENT, document_detail.document_detail, name="document_detail"),
    path(f"{A_DOCUMENT}download/", document.document_download, name="document_download"),
    path(f"{A_DOCUMENT}preview/", document.document_preview, name="document_preview"),
    path(f"{A_DOCUMENT}thumbnail/", document.document_thumbnail, name="document_thumbnail"),
    path(f"{A_DOCUMENT}name/", document_detail.document_renaming, name="document_renaming"),
    path(f"{A_DOCUMENT}sharing/", document_detail.document_sharing, name="document_sharing"),
    path(f"{A_DOCUMENT}hiding/", document_detail.document_hiding, name="document_hiding"),
    path(f"{A_DOCUMENT}links/", document_detail.document_link, name="document_link"),
    path(f"{A_DOCUMENT}links/<uuid:link_id>/removal/", document_detail.document_unlink, name="document_unlink"),
    path(
        f"{A_DOCUMENT}replacement/<uuid:other_id>/", document_detail.document_replacement, name="document_replacement"
    ),
    path(f"{A_DOCUMENT}deletion/", document_detail.document_deletion, name="document_deletion"),
    path("documents/<uuid:deleted_id>/restoration/", document_detail.document_restoration, name="document_restoration"),
    path(f"{A_DOCUMENT}versions/", document_upload.document_version_upload, name="document_version_upload"),
    path(f"{A_DOCUMENT}uploads/", document_upload.document_version_begin, name="document_version_begin"),
    path(f"{A_CLIENT}documents/", document.client_documents, name="client_documents"),
    path(f"{A_CLIENT}documents/new/", document_upload.document_upload, name="document_upload"),
    path(f"{A_CLIENT}documents/trash/", document_detail.client_document_trash, name="client_document_trash"),
    path(f"{A_CLIENT}uploads/", document_upload.document_upload_begin, name="document_upload_begin"),
    path(f"{AN_UPLOAD}pieces/", document_upload.upload_piece, name="upload_piece"),
    path(f"{AN_UPLOAD}completion/", document_upload.upload_completion, name="upload_completion"),
    path(f"{A_LIST}files/", list_files.list_files, name="list_files"),
    path(f"{A_LIST}uploads/", list_files.list_files_begin, name="list_files_begin"),
    path(f"{A_LIST}files/matching/", list_files.list_files_matching, name="list_files_matching"),
    path(f"{A_LIST}evidence/", evidence_views.list_evidence, name="list_evidence"),
    path(f"{A_CLIENT}evidence/", evidence_views.client_evidence, name="client_evidence"),
    path("evidence/<uuid:package_id>/", evidence_views.evidence_package, name="evidence_package"),
    path(
        "evidence/<uuid:package_id>/download/",
        evidence_views.evidence_package_download,
        name="evidence_package_download",
    ),
    path("evidence/verification/", evidence_views.evidence_verification, name="evidence_verification"),
]

from django.urls import path

from clients.views import document

urlpatterns = [
    path("documents/<uuid:document_id>/download/", document.document_download, name="document_download"),
    path("documents/<uuid:document_id>/preview/", document.document_preview, name="document_preview"),
    path("clients/<uuid:client_id>/documents/", document.client_documents, name="client_documents"),
]

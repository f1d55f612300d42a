from django.urls import path

from clients.views import audit_log, firm_deletion, firm_export

urlpatterns = [
    path("audit/", audit_log.audit_log, name="audit_log"),
    path("audit/export.csv", audit_log.audit_log_export, {"kind": "csv"}, name="audit_log_export_csv"),
    path("audit/export.jsonl", audit_log.audit_log_export, {"kind": "jsonl"}, name="audit_log_export_jsonl"),
    path("audit/chain/", audit_log.audit_chain, name="audit_chain"),
    path("audit/chain/check/", audit_log.audit_chain_check, name="audit_chain_check"),
    path("audit/chain/mail/", audit_log.audit_head_mail, name="audit_head_mail"),
    path("firm/export/", firm_export.firm_export, name="firm_export"),
    path("firm/export/<uuid:firm_export_id>/", firm_export.firm_export_download, name="firm_export_download"),
    path("firm/deletion/", firm_deletion.firm_deletion, name="firm_deletion"),
    path(
        "firm/deletion/<uuid:firm_deletion_id>/cancellation/",
        firm_deletion.firm_deletion_cancellation,
        name="firm_deletion_cancellation",
    ),
    path("audit/<uuid:line_id>/", audit_log.audit_entry, name="audit_entry"),
]

from django.db import migrations

from schema_changes.operations import ValidateConstraint


class Migration(migrations.Migration):
    dependencies = [("clients", "0022_own_folders")]

    operations = [
        ValidateConstraint("documentversion", "document_versions_own_folder"),
        ValidateConstraint("documentcontent", "document_contents_own_folder"),
        ValidateConstraint("evidencepackage", "evidence_packages_own_folder"),
        ValidateConstraint("partialupload", "partial_uploads_own_folder"),
    ]

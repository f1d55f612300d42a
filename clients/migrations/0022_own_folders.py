from django.db import migrations

from clients.storage import in_own_folder
from schema_changes.operations import AddConstraintNotValid


class Migration(migrations.Migration):
    dependencies = [("clients", "0021_user_clients_of_member")]

    operations = [
        AddConstraintNotValid("documentversion", in_own_folder("storage_key", name="document_versions_own_folder")),
        AddConstraintNotValid("documentcontent", in_own_folder("thumbnail_key", name="document_contents_own_folder")),
        AddConstraintNotValid("evidencepackage", in_own_folder("storage_key", name="evidence_packages_own_folder")),
        AddConstraintNotValid("partialupload", in_own_folder("folder", name="partial_uploads_own_folder", folder="partial")),
    ]

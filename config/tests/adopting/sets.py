"""Sets of data as a firm brings them, and what adopting them says."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from config.adopting.tables import TABLES
from organizations.lookups import organization_by_slug
from tenancy.context import tenant
from tests.cast import PDF

SLUG = "adopted-firm"


def write(folder, name, *lines):
    (folder / f"{name}.csv").write_text("\n".join([*lines, ""]))


def adopt(folder, *options):
    said = StringIO()
    call_command("adopt_organization", str(folder), "--slug", SLUG, *options, stdout=said, stderr=said)
    return said.getvalue()


def refused(folder, *options):
    """What it says where it refuses; and nothing was written."""
    said = StringIO()
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("adopt_organization", str(folder), "--slug", SLUG, *options, stdout=said, stderr=said)
    assert organization_by_slug(SLUG) is None
    assert stored() == []
    return said.getvalue()


def inside(user=None):
    return tenant(organization_by_slug(SLUG), user=user)


def stored():
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


def counted(firm):
    with tenant(firm):
        return {table.name: table.model._base_manager.count() for table in TABLES}


def add_document(folder, content=PDF, sha256=""):
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files" / "a.pdf").write_bytes(content)
    write(folder, "documents", "id,client_id,name", "1,7,Statement.pdf")
    write(folder, "document_versions", "id,document_id,file,sha256", f"1,1,a.pdf,{sha256}")

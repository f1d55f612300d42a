import json
import uuid

import pytest
from django.core.files.storage import default_storage

from config.tests.adopting.sets import write


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    monkeypatch.setattr(default_storage, "_location", str(tmp_path / "store"), raising=False)
    monkeypatch.setattr(default_storage, "location", str(tmp_path / "store"), raising=False)


@pytest.fixture
def small(tmp_path, cast):
    """Two tables, and the people they need; the owner has an account, the other member has none."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "organization.json").write_text(json.dumps({"id": str(uuid.uuid4()), "name": "Adopted & Co"}))
    write(
        folder,
        "members",
        "id,email,display_name,role",
        f"1,{cast.stranger.email},Sam,owner",
        "2,new@there.example,Nia,admin",
    )
    write(folder, "clients", "id,name,code,tax_id,created_by_id", '7,"Bakery, Ltd",BAK,GB123,2', "8,Ünïcode,UNI,,")
    write(folder, "client_contacts", "id,client_id,name,email", "7,7,Ana,ana@there.example")
    return folder

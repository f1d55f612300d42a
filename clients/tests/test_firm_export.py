"""A firm takes everything it has away."""

import hashlib
import io
import json
import sys
import tempfile
import zipfile

import pytest

from accounts import policies
from audit.models import AuditLog
from clients import firm_export
from clients.firm_export_jobs import make_firm_export
from clients.models import Client, FirmExport
from tests.cast import keep_file
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_an_owner_gets_every_row_and_file_with_checksums_and_nothing_of_another_firm(cast, sign_in, monkeypatch):
    keep_file(cast.ours)
    lately = [False]
    monkeypatch.setattr(policies, "confirmed_lately", lambda request: lately[0])
    browser, url = sign_in(cast.ours.owner), cast.ours.url("firm_export")
    assert sign_in(cast.ours.admin).get(url).status_code == 403
    assert browser.post(url).status_code == 422, "Nobody takes everything along from a browser left open."
    lately[0] = True
    assert browser.post(url).status_code == 409, "One is being made."
    with cast.ours.inside():
        FirmExport.objects.update(state="failed")
    browser.post(url)
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")  # a container's own may be its memory
    run_jobs()
    export = browser.get(url).context["exports"][0]
    assert (export.state, export.parts_done) == ("ready", export.parts)
    lately[0] = False
    address = cast.ours.url("firm_export_download", firm_export_id=export.pk)
    assert browser.get(address).status_code == 302
    lately[0] = True
    download = browser.get(address)
    written = b"".join(download.streaming_content)
    assert cast.theirs.organization.slug not in written.decode("latin-1")
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        manifest = archive.read("manifest.json")
        assert hashlib.sha256(manifest).hexdigest() == export.manifest_sha256
        contents = json.loads(manifest)["contents"]
        for path, said in contents.items():
            assert hashlib.sha256(archive.read(path)).hexdigest() == said["sha256"], path
        clients = [json.loads(line) for line in archive.read("tables/clients.jsonl").splitlines()]
        columns = json.loads(archive.read("schema.json"))["clients"]["columns"]
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert f"files/{cast.ours.version.storage_key}" in contents
    assert str(cast.theirs.organization.pk).encode() not in everything
    bakery = next(row for row in clients if row["id"] == str(cast.ours.bakery.pk))
    assert bakery["tax_id"] == "GB123456789" and bakery.keys() == columns.keys()
    with cast.ours.inside():
        assert len(clients) == Client.with_deleted.count() == contents["tables/clients.jsonl"]["rows"]
        assert AuditLog.objects.filter(action="export", resource_id=export.pk).exists()
        assert FirmExport.objects.get(pk=export.pk).rows == sum(said.get("rows", 0) for said in contents.values())
    run_jobs(later=export.deleted_on - export.finished_at)
    with cast.ours.inside():
        assert not FirmExport.objects.filter(pk=export.pk).exists()


def test_an_export_whose_worker_died_is_told_when_its_job_comes_again(cast, sign_in, monkeypatch):
    """The queue gives the job to another worker within minutes: nobody waits for hours to start anew."""
    monkeypatch.setattr(policies, "confirmed_lately", lambda request: True)
    browser, url = sign_in(cast.ours.owner), cast.ours.url("firm_export")
    with cast.ours.inside():
        FirmExport.objects.all().delete()
        lost = FirmExport.objects.create(created_by=cast.ours.owner)
    ids = {"organization_id": str(cast.ours.organization.pk), "firm_export_id": str(lost.pk)}
    with monkeypatch.context() as dying:
        dying.setattr(firm_export, "write", lambda *_: sys.exit("out of memory"))
        with pytest.raises(SystemExit):
            make_firm_export.run(**ids)
    assert browser.post(url).status_code == 409
    make_firm_export.run(**ids)
    assert "This did not work. Export again." in browser.get(url).content.decode()
    assert browser.post(url).status_code == 302
    run_jobs()
    assert [export.state for export in browser.get(url).context["exports"]] == ["ready", "failed"]

"""Files in a backup, wherever documents lie: below VAR_DIR or in a bucket. The whole of it is `tests/test_restore_drill.py`."""

import tarfile
from pathlib import Path
from typing import Any

from config.backups.files import archive, full_places, unpack
from config.file_settings import modes
from tests.object_server import documents_in_a_bucket

KEPT = {"org/a/ledger": b"0123456789abcdef" * 200_000, "org/b/letter": b""}


def test_documents_in_a_bucket_are_saved_and_come_back_to_a_bucket_or_a_disk(tmp_path: Path, settings: Any) -> None:
    saved, var, on_disk = tmp_path / "files.tar", tmp_path / "var", settings.STORAGES
    (var / "people").mkdir(parents=True)
    (var / "people/face").write_bytes(b"a face")
    with documents_in_a_bucket(settings) as server:
        server.objects.update(KEPT)
        assert (archive(saved, var, leave_bucket=True), archive(saved, var)) == (1, 3)
        assert list(full_places(tmp_path / "new")) == ["Bucket firm-documents"]
        server.objects.clear()
        assert list(full_places(tmp_path / "new")) == []
        assert unpack(saved, tmp_path / "new") == 3
        assert server.objects == KEPT
        assert [path.name for path in (tmp_path / "new").rglob("*") if path.is_file()] == ["face"]
    settings.STORAGES = on_disk
    assert unpack(saved, tmp_path / "disk") == 3
    assert {key: (tmp_path / "disk/files" / key).read_bytes() for key in KEPT} == KEPT
    made = [
        path.stat().st_mode & 0o777 for path in (tmp_path / "disk/files/org/a", tmp_path / "disk/files/org/a/ledger")
    ]
    assert made == [0o700, 0o600]
    settings.FILE_UPLOAD_PERMISSIONS, settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS = modes(is_sent_by_proxy=True)
    unpack(saved, tmp_path / "sent by nginx")
    made = [path.stat().st_mode & 0o777 for path in (tmp_path / "sent by nginx").rglob("*")]
    assert set(made) == {0o750, 0o640}


def test_a_file_that_goes_while_others_are_saved_is_left_out(tmp_path: Path, monkeypatch: Any) -> None:
    for name in ("kept", "piece"):
        (tmp_path / "files/partial").mkdir(parents=True, exist_ok=True)
        (tmp_path / "files/partial" / name).write_bytes(b"1")
    add = tarfile.TarFile.add

    def late(tar: tarfile.TarFile, name: Path, **said: Any) -> None:
        if name.name == "piece":
            name.unlink()
        add(tar, name, **said)

    monkeypatch.setattr(tarfile.TarFile, "add", late)
    assert archive(tmp_path / "files.tar", tmp_path) == 1
    with tarfile.open(tmp_path / "files.tar") as tar:
        assert tar.getnames() == ["files/partial/kept"]

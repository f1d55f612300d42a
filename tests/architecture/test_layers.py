"""Apps import downwards only: the contracts of pyproject.toml."""

import pytest
from importlinter.cli import lint_imports

from tests.architecture.sources import ROOT


def test_apps_import_downwards_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out

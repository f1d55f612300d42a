"""gunicorn's own settings: its lines look like the application's, and it keeps no log of addresses."""

import runpy
from typing import Any

import pytest

from config.logs import JsonFormatter
from tests.architecture.sources import ROOT


def test_the_server_writes_down_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "json")
    read: dict[str, Any] = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    assert read["logconfig_dict"]["loggers"]["gunicorn.access"] == {
        "level": "CRITICAL",
        "handlers": [],
        "propagate": False,
    }
    assert read["logconfig_dict"]["formatters"]["generic"]["()"] == f"{JsonFormatter.__module__}.JsonFormatter"
    assert read["bind"].startswith("127.0.0.1:")

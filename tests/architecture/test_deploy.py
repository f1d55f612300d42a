"""What is in `deploy/`: every variable is one we document, and the programs it is for take the files, where they are installed."""

import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from config.localpg import free_port
from tests import pgbouncer
from tests.architecture.sources import ROOT

DEPLOY = ROOT / "deploy"
CONFIGURATION = (ROOT / "docs/configuration.md").read_text()
PATHS = "/usr/sbin:/usr/local/sbin"


def set_in(path: Path) -> set[str]:
    lines = path.read_text().splitlines()
    if path.suffix == ".service":
        lines = [word for line in lines if line.startswith("Environment=") for word in line.split("=", 1)[1].split()]
    return {found[1] for line in lines if (found := re.match(r"#? ?([A-Z][A-Z0-9_]+)=", line))}


def test_every_variable_that_is_set_is_documented() -> None:
    files = [*DEPLOY.glob("env/*.example"), *DEPLOY.glob("systemd/*.service")]
    named = {name for path in files for name in set_in(path)}
    assert len(named) > 15
    assert {name for name in named if f"`{name}`" not in CONFIGURATION} == set()


def test_what_serves_gets_no_owners_address() -> None:
    for name in ("compose.env.example", "web.env.example", "admin.env.example", "worker.env.example"):
        assert not re.search(
            r"^(OWNER|ADMIN|MARKETING_OWNER|BACKUP)_DATABASE_URL", (DEPLOY / "env" / name).read_text(), re.M
        )


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("There is no systemd-analyze on this machine.")
    for unit in (DEPLOY / "systemd").iterdir():  # with a program that is here
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text)
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if "tickmark-" in line] == []


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    nginx, openssl = shutil.which("nginx", path=PATHS) or shutil.which("nginx"), shutil.which("openssl")
    if not nginx or not openssl:
        pytest.skip("There is no nginx on this machine (Debian: apt-get install nginx-core).")
    made = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=x",
        "-keyout",
        tmp_path / "key",
        "-out",
        tmp_path / "crt",
    ]
    subprocess.run([openssl, *made], check=True, capture_output=True)
    text = (DEPLOY / "nginx/tickmark.conf").read_text()
    text = text.replace("/etc/ssl/tickmark/fullchain.pem", str(tmp_path / "crt")).replace(
        "/etc/ssl/tickmark/key.pem", str(tmp_path / "key")
    )
    text = re.sub(r"error_log \S+", f"error_log {tmp_path}/log", text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in kinds)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{own}{text}\n}}\n"
    )
    done = subprocess.run([nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_pgbouncer_takes_its_configuration() -> None:
    if pgbouncer.program() is None:
        pytest.skip("There is no pgbouncer on this machine (Debian: apt-get install pgbouncer).")
    text = (DEPLOY / "pgbouncer/pgbouncer.ini").read_text().replace("/etc/pgbouncer/userlist.txt", "users")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "ini").write_text(text.replace("listen_port = 6432", f"listen_port = {free_port(0)}"))
        (folder / "users").write_text('"tickmark_app" "secret"\n')
        started = pgbouncer.start(folder)
        until = time.monotonic() + pgbouncer.PATIENCE
        while "process up" not in (said := (folder / "log").read_text()) and time.monotonic() < until:
            time.sleep(0.02)
        pgbouncer.end(started)
    assert "process up" in said and not re.search("WARNING|ERROR|FATAL", said), said


def test_no_password_of_an_installation_gets_into_its_image() -> None:
    """`COPY . .` takes everything that is not listed here."""
    assert {"deploy/env", ".git", "var"} <= set((ROOT / ".dockerignore").read_text().splitlines())
